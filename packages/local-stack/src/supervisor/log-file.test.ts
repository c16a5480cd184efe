import { closeSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { openLog, rotateIfLarge, tailOf } from './log-file';

const folder = testFolder();

test('a log past its limit moves to .1 and .2, and an open writer goes on in the emptied file', () => {
  const path = join(folder.path, 'logs', 'part.log');
  const writer = openLog(path);
  for (const generation of ['first', 'second', 'third']) {
    writeSync(writer, `${generation}\n`);
    expect(rotateIfLarge(path, 100)).toBe(false);
    expect(rotateIfLarge(path, 3)).toBe(true);
  }
  writeSync(writer, 'now\n');
  closeSync(writer);
  expect([path, `${path}.1`, `${path}.2`].map((file) => readFileSync(file, 'utf8'))).toEqual(['now\n', 'third\n', 'second\n']);
  expect(tailOf(`${path}.1`, 5)).toBe('third');
});
