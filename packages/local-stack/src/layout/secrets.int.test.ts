import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@stakewatch/testing';

const folder = testFolder();
const SECRETS = join(__dirname, '../../dist/layout/secrets.js');
/** Waits for the moment at which all begin, then makes or finds the secrets. */
const CHILD = `const { loadOrCreateSecrets } = require(${JSON.stringify(SECRETS)}); while (Date.now() < Number(process.argv[2])); console.log(loadOrCreateSecrets(process.argv[1]).pepper);`;

test('processes that start at the same moment have the same secrets: one made of two would lock the keys of the other out', async () => {
  const file = join(folder.fresh(), 'secrets.json');
  const at = Date.now() + 1_500;
  const made = await Promise.all(Array.from({ length: 6 }, () => promisify(execFile)(process.execPath, ['-e', CHILD, file, String(at)])));
  expect(new Set(made.map(({ stdout }) => stdout)).size).toBe(1);
});
