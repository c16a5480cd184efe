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

test('up over a part of the stack says what runs, what does not, and how to get it', async () => {
  await up();
  const refused = command('up', '--only', 'redis,receiver');
  await expect(refused).rejects.toMatchObject({ code: 1, stderr: expect.stringMatching(/a part of the stack runs here: redis\nnot running: webhook-receiver\n.*npm run down/) });
  expect((await up()).stdout).toContain('already up');
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
