import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { StackFile } from '@stakewatch/contracts';
import { testFolder, until } from '@stakewatch/testing';
import { layoutFrom } from '../layout/home';
import { lockOwner } from '../supervisor/lock';
import { identityOf, isAlive, type ProcessIdentity } from '../supervisor/process-identity';
import type { StackStatus } from './status';

/** Whatever happens to a stack, each command says what is, and the next one mends it. */
const MAIN = resolve(__dirname, '../../dist/main.js');
/** Ports of this test alone. */
const BASE = 28_840;
afterEach(() => command('down'), 60_000);
const folder = testFolder();
let home = '';
beforeEach(() => void (home = join(folder.fresh(), 'stack')));

const env = () => ({ ...process.env, STAKEWATCH_HOME: home, STAKEWATCH_PORT_BASE: String(BASE) });
const command = (...args: readonly string[]) => promisify(execFile)(process.execPath, [MAIN, ...args], { env: env() });
const up = (only = 'redis') => command('up', '--only', only);
const status = async () => JSON.parse((await command('status', '--json').catch((error: { stdout: string }) => error)).stdout) as StackStatus;
const stack = () => JSON.parse(readFileSync(join(home, 'stack.json'), 'utf8')) as StackFile;
const of = (name: string) => identityOf(stack().processes.find((process) => process.name === name)?.pid ?? 0) as ProcessIdentity;
const supervisor = () => lockOwner(layoutFrom(env()).lockFile);

test.each(['up', 'start'])('%s that is refused because ports are taken leaves no folder behind', async (name) => {
  for (const [port, part] of [[BASE + 4, 'redis'], [BASE + 9, 'supervisor']] as const) {
    const stranger = createServer().listen(port, '127.0.0.1');
    await once(stranger, 'listening');
    await expect(command(name, '--only', 'redis')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`something else listens on port ${port} (${part})`) });
    expect(existsSync(home)).toBe(false);
    await promisify(stranger.close.bind(stranger))();
  }
});

test('up over a part of the stack starts what is missing beside it, which goes on as it was', async () => {
  await up();
  const redis = of('redis');
  expect((await up('redis,receiver')).stdout).toMatch(/starting beside what runs here \(supervisor \d+\): webhook-receiver\n/);
  expect(await status()).toMatchObject({ running: true, processes: [{ name: 'redis', state: 'ready', pid: redis.pid, restarts: 0 }, { name: 'webhook-receiver', state: 'ready' }] });
  expect(of('webhook-receiver')).not.toBeNull();
  expect((await up()).stdout).toContain('already up');
});

test('a store that comes later brings its tasks; the command returns when they are done', async () => {
  await up();
  expect((await up('redis,kafka')).stdout).toContain('kafka, topics, companies');
  expect(await status()).toMatchObject({ tasks: [{ name: 'topics', state: 'done' }, { name: 'companies', state: 'done' }] });
  expect(stack().companies.map(({ id }) => id)).toContain('acme');
});

test('two at once over a part of the stack: each missing part is started once, by the one supervisor', async () => {
  await up();
  const owner = supervisor()?.pid;
  const answers = await Promise.all([up('redis,receiver'), up('redis,kafka,receiver'), up('redis,receiver')]);
  expect(answers).toHaveLength(3);
  expect(supervisor()?.pid).toBe(owner);
  const { processes } = await status();
  expect(processes.map(({ name, state, restarts }) => [name, state, restarts]).sort()).toEqual([['kafka', 'ready', 0], ['redis', 'ready', 0], ['webhook-receiver', 'ready', 0]]);
});

test('a missing part whose port a stranger has is refused with its port; what runs goes on, and up works once the port is free', async () => {
  await up();
  const stranger = createServer().listen(BASE + 6, '127.0.0.1');
  await once(stranger, 'listening');
  await expect(up('redis,receiver')).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining(`something else listens on port ${BASE + 6} (webhook-receiver)`) });
  expect(await status()).toMatchObject({ processes: [{ name: 'redis', state: 'ready' }] });
  await promisify(stranger.close.bind(stranger))();
  await up('redis,receiver');
  expect((await status()).processes).toHaveLength(2);
});

test('after kill -9 of the supervisor of a part of the stack, up ends what it left and starts all that is asked for', async () => {
  await up();
  const [redis, owner] = [of('redis'), supervisor() as ProcessIdentity];
  process.kill(owner.pid, 'SIGKILL');
  await until(status, ({ running }) => !running);
  await Promise.all([up('redis,receiver'), up('redis,receiver')]);
  expect(isAlive(redis)).toBe(false);
  expect((await status()).processes.map(({ name, state }) => [name, state])).toEqual([['redis', 'ready'], ['webhook-receiver', 'ready']]);
});

test('nobody but the command line has the supervisor start parts', async () => {
  await up();
  const ask = (headers: Record<string, string>, body: unknown = { parts: 'receiver' }) => fetch(`http://127.0.0.1:${BASE + 9}/parts`, { method: 'POST', headers, body: JSON.stringify(body) }).then(({ status: code }) => code);
  expect(await ask({ 'content-type': 'text/plain' })).toBe(403);
  expect(await ask({ 'content-type': 'application/json' }, { parts: 'nothing' })).toBe(409);
  expect(await ask({ 'content-type': 'application/json' }, { parts: 5 })).toBe(409);
  expect((await status()).processes).toHaveLength(1);
});

test('two at once: both return when it is ready, and one supervisor runs', async () => {
  const answers = await Promise.all([up(), up(), up()]);
  expect(answers.filter(({ stdout }) => stdout.includes('already up'))).toHaveLength(2);
  expect(await status()).toMatchObject({ running: true, processes: [{ name: 'redis', state: 'ready' }] });
}, 60_000);

test('down while it starts ends it, and up says so; up while it ends starts it again', async () => {
  const starting = up('kafka,redis').catch((error: { stderr: string }) => error);
  await until(async () => supervisor(), (owner) => owner !== null);
  expect((await command('down')).stdout).toBe('ended\n');
  expect((await starting).stderr).toContain('stopped while it started ("npm run down", or a signal to the supervisor)');
  expect((await status()).running).toBe(false);
  await up();
  const [ended] = await Promise.all([command('down'), up()]);
  expect(ended.stdout).toBe('ended\n');
  expect(await status()).toMatchObject({ running: true, processes: [{ state: 'ready' }] });
}, 60_000);

test('a second signal does not end the supervisor before its processes', async () => {
  await up('redis,receiver');
  const processes = [of('redis'), of('webhook-receiver')];
  await Promise.all([command('down'), command('down'), command('down')]);
  expect(processes.filter(isAlive)).toEqual([]);
  expect(existsSync(layoutFrom(env()).lockFile)).toBe(false);
}, 60_000);

test.each(['SIGINT', 'SIGHUP'] as const)('%s while it starts in the foreground ends what was started', async (signal) => {
  const foreground = spawn(process.execPath, [MAIN, 'start', '--only', 'kafka,redis'], { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
  await until(async () => (existsSync(join(home, 'stack.json')) ? stack().processes : []), (processes) => processes.some(({ name }) => name === 'kafka'));
  const started = [of('kafka'), of('redis')];
  const ended = once(foreground, 'exit');
  foreground.kill(signal);
  expect(await ended).toEqual([0, null]);
  expect(started.filter(isAlive)).toEqual([]);
}, 60_000);

test('after kill -9 of the supervisor, status names what it left, and down ends it and says so in stack.json', async () => {
  await up();
  const redis = of('redis');
  process.kill(supervisor()?.pid ?? 0, 'SIGKILL');
  await until(status, ({ running }) => !running);
  await expect(command('status')).rejects.toMatchObject({ stdout: expect.stringContaining(`nobody keeps what it left running: redis (pid ${redis.pid})`) });
  expect((await command('down')).stdout).toBe('ended\n');
  expect(isAlive(redis)).toBe(false);
  expect(stack().processes).toEqual([]);
});

test('files that were cut off: status and down work, and the next start makes them anew', async () => {
  await up();
  for (const name of ['stack.json', 'sample-day.json']) writeFileSync(join(home, name), '{"gate');
  expect((await status()).processes).toMatchObject([{ name: 'redis', state: 'ready' }]);
  await expect(up()).rejects.toMatchObject({ stderr: expect.stringContaining('"npm run down" and "npm run up" make it anew') });
  await command('down');
  for (const name of ['children.json', 'supervisor.lock', 'stack.json']) writeFileSync(join(home, name), '{"pid');
  await up();
  expect(stack().processes.map(({ name }) => name)).toEqual(['redis', 'supervisor']);
}, 60_000);

test('a pid that was given to another process since is left alone', async () => {
  mkdirSync(home, { recursive: true });
  const bystander = spawn('sleep', ['60'], { stdio: 'ignore' });
  const stale = { pid: bystander.pid as number, startedAt: '1' };
  writeFileSync(join(home, 'supervisor.lock'), JSON.stringify(stale));
  writeFileSync(join(home, 'children.json'), JSON.stringify([{ name: 'redis', ...stale }]));
  expect(await status()).toMatchObject({ running: false, orphans: [] });
  expect((await command('down')).stdout).toBe('was not running\n');
  await up();
  expect(bystander.exitCode).toBeNull();
  expect(identityOf(stale.pid)).not.toBeNull();
  bystander.kill();
});

(existsSync('/dev/full') ? test : test.skip)('a supervisor that can write no log any more keeps its processes', async () => {
  mkdirSync(join(home, 'logs'), { recursive: true });
  symlinkSync('/dev/full', join(home, 'logs', 'supervisor.log'));
  const full = openSync('/dev/full', 'w');
  spawn(process.execPath, [MAIN, 'daemon', '--only', 'redis'], { env: env(), stdio: ['ignore', full, full], detached: true }).unref();
  const isReady = ({ processes }: StackStatus) => processes[0]?.state === 'ready';
  const known = () => status().catch(() => ({ processes: [] }) as unknown as StackStatus);
  const before = (await until(known, isReady)).processes[0]?.pid as number;
  process.kill(before, 'SIGKILL');
  const after = await until(known, ({ processes }) => processes[0]?.state === 'ready' && processes[0].pid !== before);
  expect(after.processes[0]?.restarts).toBe(1);
}, 60_000);
