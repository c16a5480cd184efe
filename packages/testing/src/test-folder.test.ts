import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from './test-folder';

let path = '';

describe('a test file that has a folder', () => {
  const folder = testFolder();
  path = folder.path;

  test('may fill it, and have new ones in it', () => {
    const [one, other] = [folder.fresh(), folder.fresh()];
    expect(one).not.toBe(other);
    writeFileSync(join(one, 'left behind'), '');
    expect(existsSync(join(folder.path, 'left behind'))).toBe(false);
    expect(existsSync(one) && existsSync(other)).toBe(true);
  });
});

test('leaves nothing of it', () => {
  expect(path).not.toBe('');
  expect(existsSync(path)).toBe(false);
});
