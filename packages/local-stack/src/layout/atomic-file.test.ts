import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { createJson, readJsonIfThere, readJsonOrNull, writeJsonAtomically } from './atomic-file';
import { fullDisk } from './disk-room';
import { loadOrCreateSecrets } from './secrets';

const folder = testFolder();

describe('a file that is cut off', () => {
  const path = () => {
    const file = join(folder.fresh(), 'state.json');
    writeFileSync(file, '{"pepper": "a');
    return file;
  };

  test('is named, where it matters', () => {
    const file = path();
    expect(() => readJsonIfThere(file)).toThrow(`${file} is not JSON: `);
    expect(() => loadOrCreateSecrets(file)).toThrow('put a copy back, or remove the whole folder');
  });

  test('is as good as none, where the next start makes it anew', () => {
    expect(readJsonOrNull(path())).toBeNull();
  });
});

test('a write that fails leaves nothing beside its target', () => {
  const home = folder.fresh();
  mkdirSync(join(home, 'state.json'));
  expect(() => writeJsonAtomically(join(home, 'state.json'), {})).toThrow(/EISDIR|ENOTEMPTY|EEXIST/);
  expect(readdirSync(home)).toEqual(['state.json']);
});

test('what is created stands, whoever comes after, and nothing is left beside it', () => {
  const home = folder.fresh();
  const file = join(home, 'secrets.json');
  expect(createJson(file, { of: 'the first' }, 0o600)).toBe(true);
  expect(createJson(file, { of: 'the second' }, 0o600)).toBe(false);
  expect(readJsonIfThere(file)).toEqual({ of: 'the first' });
  expect(readdirSync(home)).toEqual(['secrets.json']);
});

test('a full disk is told, of a folder that there is not, too', () => {
  expect(fullDisk(folder.path)).toBeNull();
  expect(fullDisk(join(folder.path, 'not', 'there'), Number.MAX_SAFE_INTEGER)).toMatch(/^The disk of .*not\/there is full: \d+ KiB are left\./);
});
