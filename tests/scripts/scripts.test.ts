import { bothOf, totalOf } from '../../scripts/test-results.cjs';
import { differences } from '../../scripts/bootstrap/lockfile.cjs';

describe('the last line of npm test', () => {
  const unit = { kind: 'unit', code: 0, passed: 10, failed: 0, ran: 10 };

  test('adds the kinds up', () => {
    expect(totalOf([unit, { kind: 'int', code: 1, passed: 3, failed: 2, ran: 5 }], ['unit', 'int'])).toEqual({ passed: 13, failed: 2, faults: [] });
  });

  test('a kind that ran nothing, did not run, or ended badly is a fault', () => {
    expect(totalOf([{ ...unit, ran: 0, passed: 0 }], ['unit']).faults).toEqual(['no unit test ran']);
    expect(totalOf([unit], ['unit', 'e2e']).faults).toEqual(['the e2e tests did not run']);
    expect(totalOf([{ ...unit, code: 137 }], ['unit']).faults).toEqual(['jest ended with 137 in the unit tests']);
  });
});

test('two runs of one kind are one: each failure counts, and each bad end', () => {
  const run = { kind: 'int', code: 0, passed: 10, failed: 0, ran: 10 };
  expect(bothOf(run, run)).toEqual({ kind: 'int', code: 0, passed: 20, failed: 0, ran: 20 });
  expect(bothOf(run, { ...run, code: 1, passed: 8, failed: 2 })).toEqual({ kind: 'int', code: 1, passed: 18, failed: 2, ran: 20 });
  expect(bothOf({ ...run, code: 137 }, { ...run, code: 1, passed: 8, failed: 2 })).toMatchObject({ code: 137, failed: 3 });
  expect(totalOf([bothOf(run, { ...run, code: 137, passed: 0, ran: 0 })], ['int'])).toMatchObject({ passed: 10, failed: 1 });
  expect(totalOf([bothOf({ ...run, ran: 0, passed: 0 }, { ...run, ran: 0, passed: 0 })], ['int']).faults).toEqual(['no int test ran']);
});

describe('installed npm packages against the lockfile', () => {
  const lock = { '': {}, 'packages/x': { version: '1.0.0' }, 'node_modules/a': { version: '1.2.3' }, 'node_modules/@stakewatch/x': { link: true }, 'node_modules/other-os': { version: '1.0.0', optional: true } };
  const installed = { 'node_modules/a': { version: '1.2.3' }, 'node_modules/@stakewatch/x': { link: true } };

  test('agree when only optional ones are missing', () => {
    expect(differences(lock, installed)).toEqual({ missing: [], otherVersion: [] });
  });

  test('differ when one is missing or of another version', () => {
    expect(differences(lock, { ...installed, 'node_modules/a': { version: '1.2.4' } }).otherVersion).toEqual(['node_modules/a']);
    expect(differences(lock, { 'node_modules/a': { version: '1.2.3' } }).missing).toEqual(['node_modules/@stakewatch/x']);
  });
});
