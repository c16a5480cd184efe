import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { IMAGES, testFolder } from '@stakewatch/testing';
import { parse } from 'yaml';

const ROOT = resolve(__dirname, '..', '..');
const COMPOSE = join(ROOT, 'docker-compose.yml');
const folder = testFolder();

function check(file: string) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, 'scripts/check-compose.mjs'), file], { encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

/** A copy of docker-compose.yml with something wrong in it. */
function changed(from: RegExp, to: string): string {
  const text = readFileSync(COMPOSE, 'utf8');
  const other = text.replace(from, to);
  expect(other).not.toBe(text);
  const path = join(folder.fresh(), 'docker-compose.yml');
  writeFileSync(path, other);
  return path;
}

describe('docker-compose.yml', () => {
  test('is valid for compose, and each service gets an environment that its settings accept', () => {
    expect(check(COMPOSE)).toEqual({ status: 0, output: 'docker-compose.yml is valid, and gives every service what it needs\n' });
  });

  test('runs the images that tests in containers run', () => {
    const { services } = parse(readFileSync(COMPOSE, 'utf8')) as { services: Record<string, { image: string }> };
    const images = Object.values(services).map(({ image }) => image);
    expect(images).toEqual(expect.arrayContaining(Object.values(IMAGES)));
  });

  test.each([
    [/STAKEWATCH_REDIS_URL: .*/, '', 'gateway: STAKEWATCH_REDIS_URL is missing'],
    [/STAKEWATCH_REPLICATION:/, 'STAKEWATCH_REPLICAS:', 'history-writer: does not know STAKEWATCH_REPLICAS'],
    [/:-for-this-machine-only[^}]*/, ':-short', 'gateway: STAKEWATCH_KEY_PEPPER must NOT have fewer than 32 characters'],
    // Compose 1 names the value, compose 2 its place.
    [/condition: service_healthy/, 'condition: service_well', /service_well|depends_on\.kafka\.condition/],
    [/^ {2}redis:\n/m, '  cache:\n', 'redis'],
  ])('with %s replaced by %j is refused', (from, to, fault) => {
    const { status, output } = check(changed(from, to));
    expect(status).toBe(1);
    expect(output).toMatch(fault);
  });
});
