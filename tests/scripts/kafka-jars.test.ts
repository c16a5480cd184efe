import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { testFolder } from '@stakewatch/testing';

const MODULE = resolve(__dirname, '../../scripts/bootstrap/kafka-jars.mjs');
const folder = testFolder();

test('what an interrupted fetch of Kafka left is taken away by the next one, what another one fetches just now is not', () => {
  const kafka = folder.fresh();
  const gone = Number(execFileSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }));
  for (const name of ['libs', `libs.${gone}`, `libs.old.${gone}`, `libs.${process.pid}`, 'libs.txt']) mkdirSync(join(kafka, name));
  execFileSync(process.execPath, ['--input-type=module', '-e', `import { removeLeftovers } from ${JSON.stringify(MODULE)}; removeLeftovers(${JSON.stringify(kafka)}); removeLeftovers(${JSON.stringify(join(kafka, 'nowhere'))});`]);
  expect(readdirSync(kafka).sort()).toEqual(['libs', `libs.${process.pid}`, 'libs.txt'].sort());
});
