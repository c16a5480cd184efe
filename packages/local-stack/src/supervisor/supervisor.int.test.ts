import { execFile, spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import type { StackFile } from '@stakewatch/contracts';
import { createRedis } from '@stakewatch/runtime';
import { testFolder } from '@stakewatch/testing';
import { pino } from 'pino';
import type { StackStatus } from '../commands/status';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity';

const MAIN = resolve(__dirname, '../../dist/main.js');
/** Ports of this test alone, whatever stack the other tests run on. */
const BASE = 28_800;
/** Its processes end before their folder goes. */
afterAll(() => command('down'), 60_000);
const folder = testFolder();
const home = folder.fresh();
const env = { ...process.env, STAKEWATCH_HOME: home, STAKEWATCH_PORT_BASE: String(BASE) };
const PARTS = ['kafka', 'redis', 'schema-registry'];

const command = (...args: readonly string[]) => promisify(execFile)(process.execPath, [MAIN, ...args], { env });
const upCommand = () => command('up', '--only', 'kafka,registry,redis');
const stack = () => JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as StackFile;
const pidOf = (name: string) => stack().processes.find((process) => process.name === name)?.pid ?? 0;
const status = async () => JSON.parse((await command('status', '--json').catch((error: { stdout: string }) => error)).stdout) as StackStatus;
const living = (): readonly ProcessIdentity[] => stack().processes.flatMap(({ pid }) => identityOf(pid) ?? []);

/** Kills a part and waits until its successor is ready. Returns the seconds that took. */
async function killAndAwait(name: string): Promise<number> {
  const before = pidOf(name);
  const began = Date.now();
  process.kill(before, 'SIGKILL');
  for (;;) {
    const now = (await statusOverHttp()).find((part) => part.name === name);
    if (now?.state === 'ready' && now.pid !== before) return (Date.now() - began) / 1000;
    if (Date.now() - began > 60_000) throw new Error(`${name} did not come back: ${JSON.stringify(now)}`);
    await delay(50);
  }
}

async function statusOverHttp(): Promise<StackStatus['processes']> {
  return ((await (await fetch(`http://127.0.0.1:${BASE + 9}/status`)).json()) as StackStatus).processes;
}

async function metrics(): Promise<string> {
  return (await fetch(`http://127.0.0.1:${BASE + 9}/metrics`)).text();
}

beforeAll(upCommand, 120_000);

describe('a stack', () => {
  test('names every process, with pids that live, in stack.json and status', async () => {
    expect(stack().processes.map(({ name }) => name).sort()).toEqual([...PARTS, 'supervisor'].sort());
    expect(living()).toHaveLength(4);
    const { running, processes } = await status();
    expect(running).toBe(true);
    expect(processes.map(({ state, restarts }) => [state, restarts])).toEqual(PARTS.map(() => ['ready', 0]));
  });

  test('has demo companies of both plans and a sandbox, the same after a second start', () => {
    expect(stack().companies.map(({ id, plan }) => [id, plan])).toEqual([['acme', 'standard'], ['globex', 'premium'], ['acme-sandbox', 'sandbox']]);
    expect(stack().companies[2]?.apiKey).toMatch(/^sw_test_/);
  });

  test('tells its status without the ports that it was started with, too', async () => {
    const { STAKEWATCH_PORT_BASE: _, ...without } = env;
    const { stdout } = await promisify(execFile)(process.execPath, [MAIN, 'status', '--json'], { env: without });
    expect(JSON.parse(stdout)).toMatchObject({ running: true, supervisor: pidOf('supervisor') });
  });

  test('refuses a second supervisor in the same folder, and up does nothing', async () => {
    const supervisor = pidOf('supervisor');
    await expect(command('start', '--only', 'redis')).rejects.toMatchObject({ stderr: expect.stringContaining(`a supervisor already runs here (pid ${supervisor}`) });
    expect((await upCommand()).stdout).toContain('already up');
    expect(pidOf('supervisor')).toBe(supervisor);
  });

  test('refuses ports that something else listens on', async () => {
    const other = folder.fresh();
    const start = promisify(execFile)(process.execPath, [MAIN, 'start', '--only', 'redis'], { env: { ...env, STAKEWATCH_HOME: other } });
    await expect(start).rejects.toMatchObject({ stderr: expect.stringContaining(`something else listens on port ${BASE + 4} (redis)`) });
  });
});

describe('a killed part comes back within seconds and keeps what it had', () => {
  test('Redis', async () => {
    const redis = createRedis(stack().redis, pino({ level: 'silent' }), 'test');
    await redis.set('answered', 'yes');
    expect(await killAndAwait('redis')).toBeLessThan(10);
    expect(await redis.get('answered')).toBe('yes');
    redis.disconnect();
    expect(await metrics()).toContain('stakewatch_supervisor_restarts_total{process="redis"} 1');
    expect(await metrics()).toContain('stakewatch_supervisor_process_up{process="redis"} 1');
  });

  test('Kafka and the schema registry', async () => {
    const registry = new SchemaRegistry({ host: stack().schemaRegistry });
    const schema = { type: SchemaType.AVRO as const, schema: JSON.stringify({ type: 'record', name: 'A', namespace: 'test', fields: [{ name: 'a', type: 'int' }] }) };
    const { id } = await registry.register(schema, { subject: 'test-value' });
    expect(await killAndAwait('kafka')).toBeLessThan(30);
    expect(await killAndAwait('schema-registry')).toBeLessThan(20);
    const reader = new SchemaRegistry({ host: stack().schemaRegistry });
    expect(await reader.decode(await registry.encode(id, { a: 7 }))).toMatchObject({ a: 7 });
    expect((await reader.register(schema, { subject: 'test-value' })).id).toBe(id);
  }, 90_000);
});

test('a part that hangs is shown as not ready, with what its probe says, until it goes on', async () => {
  const redis = pidOf('redis');
  const shown = async () => (await status()).processes.find(({ name }) => name === 'redis');
  process.kill(redis, 'SIGSTOP');
  expect(await shown()).toEqual({ name: 'redis', state: 'not ready', pid: redis, restarts: 1, notReady: `port ${BASE + 4} does not answer` });
  expect(await metrics()).toContain('stakewatch_supervisor_process_up{process="redis"} 0');
  process.kill(redis, 'SIGCONT');
  expect(await shown()).toMatchObject({ state: 'ready', notReady: null });
});

test('after kill -9 of the supervisor the next start ends its orphans and starts anew', async () => {
  const orphans = living().filter(({ pid }) => pid !== pidOf('supervisor'));
  const companies = stack().companies;
  process.kill(pidOf('supervisor'), 'SIGKILL');
  while ((await status()).running) await delay(50);
  expect(orphans.filter(isAlive)).toHaveLength(3);
  await upCommand();
  expect(orphans.filter(isAlive)).toEqual([]);
  expect(stack().companies).toEqual(companies);
  expect(living()).toHaveLength(4);
}, 90_000);

test('down leaves no process, no open port, and a stack.json that says so', async () => {
  const before = living();
  expect((await command('down')).stdout).toBe('ended\n');
  expect(before.filter(isAlive)).toEqual([]);
  expect(stack().processes).toEqual([]);
  for (const port of [1, 2, 3, 4, 9]) await expect(opens(BASE + port)).resolves.toBe(false);
  expect((await command('down')).stdout).toBe('was not running\n');
});

test('a state folder that is taken away does not keep it from ending everything', async () => {
  const gone = folder.fresh();
  const foreground = spawn(process.execPath, [MAIN, 'start', '--only', 'redis'], { env: { ...env, STAKEWATCH_HOME: gone }, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolveReady) => foreground.stdout.on('data', (text: Buffer) => text.includes('Ctrl-C stops everything') && resolveReady()));
  const before = (JSON.parse(readFileSync(join(gone, 'stack.json'), 'utf8')) as StackFile).processes.flatMap(({ pid }) => identityOf(pid) ?? []);
  expect(before).toHaveLength(2);
  rmSync(gone, { recursive: true });
  const code = new Promise((resolveCode) => foreground.once('exit', resolveCode));
  foreground.kill('SIGTERM');
  expect(await code).toBe(0);
  expect(before.filter(isAlive)).toEqual([]);
});

test('SIGTERM to a foreground start ends everything and exits with 0', async () => {
  const foreground = spawn(process.execPath, [MAIN, 'start', '--only', 'redis'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolveReady) => foreground.stdout.on('data', (text: Buffer) => text.includes('Ctrl-C stops everything') && resolveReady()));
  const before = living();
  expect(before).toHaveLength(2);
  const code = new Promise((resolveCode) => foreground.once('exit', resolveCode));
  foreground.kill('SIGTERM');
  expect(await code).toBe(0);
  expect(before.filter(isAlive)).toEqual([]);
});

test('a part that cannot start fails the start with the end of its log, and leaves nothing running', async () => {
  const failed = promisify(execFile)(process.execPath, [MAIN, 'start', '--only', 'redis'], { env: { ...env, PATH: '/nowhere' } });
  await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('redis did not start: spawn redis-server ENOENT') });
  expect(stack().processes).toEqual([]);
});

function opens(port: number): Promise<boolean> {
  return new Promise((resolveOpen) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolveOpen(true);
    });
    socket.once('error', () => resolveOpen(false));
  });
}
