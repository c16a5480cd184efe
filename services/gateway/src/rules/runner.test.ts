import { Worker } from 'node:worker_threads';
import type { RuleJob } from './jobs';
import { CompanyJobsFull, RUNNER_LIMITS, RunnerClosed, RunnerFull, WorkerRuleRunner } from './runner';

/** A thread that answers with what its job's definition says: a number of threads made so far, never, or a crash. */
const SCRIPT = `
const { parentPort, workerData } = require('node:worker_threads');
parentPort.on('message', ({ definition }) => {
  if (definition === 'unready') return;
  parentPort.postMessage({ kind: 'begun' });
  if (definition === 'endless') for (;;);
  if (definition === 'crash') throw new Error('crashed');
  if (definition === 'memory') { const all = []; for (;;) all.push(new Array(1e6).fill({})); }
  parentPort.postMessage({ kind: 'done', result: { kind: 'check', check: { ok: true, thread: workerData, definition } } });
});`;
let threads = 0;
const spawn = () => new Worker(SCRIPT, { eval: true, workerData: (threads += 1), resourceLimits: { maxOldGenerationSizeMb: 32 } });
const job = (definition: string): RuleJob => ({ kind: 'check', definition });
let runner: WorkerRuleRunner;
const made = (more: Partial<typeof RUNNER_LIMITS> = {}) => (runner = new WorkerRuleRunner(spawn, { ...RUNNER_LIMITS, runMs: 300, loadMs: 2_000, ...more }));

beforeEach(() => (threads = 0));
afterEach(() => runner.close());

test('jobs are done one after the other on one thread', async () => {
  made();
  expect(await Promise.all([runner.run('acme', job('a')), runner.run('globex', job('b'))])).toEqual([
    { kind: 'check', check: { ok: true, thread: 1, definition: 'a' } },
    { kind: 'check', check: { ok: true, thread: 1, definition: 'b' } },
  ]);
});

test.each([
  ['takes too long', 'endless', 'JobTooCostly'],
  ['takes too much memory', 'memory', 'JobTooCostly'],
  ['crashes', 'crash', 'Error'],
])('a job that %s fails alone: the next one gets a new thread', async (_what, definition, name) => {
  made({ runMs: definition === 'memory' ? 4_000 : 300 });
  const first = runner.run('acme', job(definition));
  const second = runner.run('globex', job('next'));
  await expect(first).rejects.toMatchObject({ name });
  expect(await second).toMatchObject({ check: { thread: 2, definition: 'next' } });
});

test('a thread that does not get ready is given up', async () => {
  made({ loadMs: 200 });
  await expect(runner.run('acme', job('unready'))).rejects.toThrow(/not ready/);
});

test('one company can hold no more than its share, and all together no more than the whole', async () => {
  made({ perCompany: 1, inAll: 2 });
  const running = runner.run('acme', job('a'));
  await expect(runner.run('acme', job('b'))).rejects.toBeInstanceOf(CompanyJobsFull);
  const waiting = runner.run('globex', job('c'));
  await expect(runner.run('initech', job('d'))).rejects.toBeInstanceOf(RunnerFull);
  // Who has its share gets no other answer because all is full.
  await expect(runner.run('acme', job('e'))).rejects.toBeInstanceOf(CompanyJobsFull);
  expect(await Promise.all([running, waiting])).toHaveLength(2);
});

test('an idle thread is given back', async () => {
  made({ idleMs: 1 });
  await runner.run('acme', job('a'));
  await new Promise<void>((resolve) => setTimeout(resolve, 20));
  expect(await runner.run('acme', job('b'))).toMatchObject({ check: { thread: 2 } });
});

test('closing refuses what waits and what comes', async () => {
  made();
  const running = runner.run('acme', job('endless'));
  const settled = expect(running).rejects.toBeInstanceOf(RunnerClosed);
  await runner.close();
  await settled;
  await expect(runner.run('acme', job('a'))).rejects.toBeInstanceOf(RunnerClosed);
});
