import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { layoutFrom } from './home';
import { prepareHome } from './prepare-home';

const folder = testFolder();
const at = (home: string) => layoutFrom({ STAKEWATCH_HOME: home });

test('the folder is made, and the trial is not left in it', () => {
  const home = join(folder.fresh(), 'deep', 'down');
  prepareHome(at(home));
  expect(readdirSync(home)).toEqual(['logs']);
});

test.each([
  ['a file stands there', () => join(folder.path, 'file')],
  ['a file stands above', () => join(folder.path, 'file', 'below')],
])('%s: it says which folder, why, and what to do', (_name, path) => {
  writeFileSync(join(folder.path, 'file'), '');
  expect(() => prepareHome(at(path()))).toThrow(new RegExp(`^the state folder ${path()} cannot be written \\((EEXIST|ENOTDIR)[^]*\\); STAKEWATCH_HOME chooses another$`));
});
