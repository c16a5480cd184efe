import { totalOf } from '../../scripts/test-results.cjs';
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
