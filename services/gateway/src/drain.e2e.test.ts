import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { type StackCompany, TOPICS } from '@stakewatch/contracts';
import { type HandlerFactory, openToolLog } from '@stakewatch/runtime';
import { stackFile } from '@stakewatch/testing';
import { CURL_EXAMPLE } from './docs/examples';
import { caller } from './test-support/requests';

/** A gateway process of the test's own, on the running stack: ended under load, it loses nothing it accepted (ecosystem.md, case 16). */
const REPOSITORY = resolve(__dirname, '..', '..', '..');
const stack = stackFile();
const company = stack.companies.find(({ plan }) => plan === 'premium') as StackCompany;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

function start(port: number): ChildProcess {
  const secrets = JSON.parse(readFileSync(join(process.env['STAKEWATCH_HOME'] ?? join(REPOSITORY, '.stakewatch'), 'secrets.json'), 'utf8')) as { pepper: string };
  return spawn(process.execPath, [join(REPOSITORY, 'services/gateway/dist/main.js')], {
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      STAKEWATCH_KAFKA_BROKERS: stack.kafka,
      STAKEWATCH_SCHEMA_REGISTRY_URL: stack.schemaRegistry,
      STAKEWATCH_REDIS_URL: stack.redis,
      STAKEWATCH_CLICKHOUSE_URL: stack.clickhouse.url,
      STAKEWATCH_CLICKHOUSE_USER: stack.clickhouse.user,
      STAKEWATCH_CLICKHOUSE_PASSWORD: stack.clickhouse.password,
      STAKEWATCH_CLICKHOUSE_DATABASE: stack.clickhouse.database,
      STAKEWATCH_KEY_PEPPER: secrets.pepper,
      STAKEWATCH_HTTP_PORT: String(port),
    },
  });
}

/** Polls until the process is ready; the test's timeout bounds it. */
async function ready(url: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.status === 200) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Uuids of every event in the log; they stand at a fixed place in the raw bytes. */
async function uuidsInLog(): Promise<Set<string>> {
  const log = openToolLog({ clientId: 'test', brokers: [stack.kafka] });
  const topic = TOPICS.bettingEvents.name;
  const waitingFor = new Map((await (await log.admin()).offsets(topic)).filter(({ first, next }) => next > first).map(({ partition, next }) => [partition, next]));
  const found = new Set<string>();
  await new Promise<void>((done, fail) => {
    const handler: HandlerFactory = ({ partition }) => ({
      open: async () => null,
      process: async ({ records }) => {
        for (const { value, offset } of records) {
          if (value) found.add(value.toString('latin1', 6, 42));
          if (offset + 1 >= (waitingFor.get(partition) ?? Infinity)) waitingFor.delete(partition);
        }
        if (waitingFor.size === 0) done();
      },
      close: async () => undefined,
    });
    log.consume({ group: `test.${randomUUID()}`, inputs: [{ topic, handler }] }).catch(fail);
  });
  await log.close();
  return found;
}

test('SIGTERM under load: what was accepted is kept, and the process ends with 0', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const gateway = start(port);
  const exit = once(gateway, 'exit');
  await ready(url);
  const accepted = new Set<string>();
  const api = caller(url, company.apiKey);
  const run = randomUUID();
  let sent = 0;
  const client = async (): Promise<void> => {
    for (;;) {
      const events = Array.from({ length: 100 }, () => ({ ...CURL_EXAMPLE, external_event_id: `${run}-${(sent += 1)}` }));
      const answer = await api.post('/api/v1/events/batch', { events }).catch(() => null);
      if (answer === null) return;
      if (answer.status === 200) for (const { uuid } of answer.body.data.events) accepted.add(uuid as string);
      if (accepted.size >= 2_000 && !gateway.killed) gateway.kill('SIGTERM');
    }
  };
  await Promise.all([client(), client(), client(), client()]);
  expect(await exit).toEqual([0, null]);
  const kept = await uuidsInLog();
  expect([...accepted].filter((uuid) => !kept.has(uuid))).toEqual([]);
  expect(accepted.size).toBeGreaterThanOrEqual(2_000);
});

test('settings that are wrong are all told at once, and nothing starts', async () => {
  const gateway = spawn(process.execPath, [join(REPOSITORY, 'services/gateway/dist/main.js')], { stdio: ['ignore', 'ignore', 'pipe'], env: { PATH: process.env['PATH'], STAKEWATCH_KEY_PEPPER: 'short' } });
  let told = '';
  gateway.stderr?.on('data', (chunk: Buffer) => (told += chunk.toString()));
  const [code] = (await once(gateway, 'exit')) as [number];
  expect(code).toBe(2);
  for (const name of ['STAKEWATCH_KEY_PEPPER', 'STAKEWATCH_KAFKA_BROKERS', 'STAKEWATCH_REDIS_URL']) expect(told).toContain(name);
  expect(told).not.toContain('short');
});
