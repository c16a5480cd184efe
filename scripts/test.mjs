// Runs the tests of one kind or all, with a stack of its own where they need one, and ends with one line: N passed, N failed.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, say } from './bootstrap/say.mjs';
import { bothOf, totalOf } from './test-results.cjs';

const KINDS = {
  test: ['lint', 'unit', 'int', 'e2e', 'chaos'],
  'test:unit': ['unit'],
  'test:int': ['int'],
  'test:e2e': ['e2e'],
  chaos: ['chaos'],
  // Not part of `test`: it needs a Docker daemon and builds the image.
  'test:compose': ['compose'],
};
const [name, ...jestArguments] = process.argv.slice(2);
const kinds = KINDS[name];
const LOCAL_STACK = join(ROOT, 'packages/local-stack/dist/main.js');
const home = process.env.STAKEWATCH_TEST_HOME ?? join(ROOT, '.stakewatch', 'test');
const results = join(ROOT, '.stakewatch', 'test-results');
/** What adapters stand on. Integration tests run their services themselves: the stack's own would take their records. */
const STORES = ['--only', 'kafka,registry,redis,clickhouse'];
/** Above the default stack's ports and below the range that the system hands out for outgoing connections. */
const portBase = process.env.STAKEWATCH_TEST_PORT_BASE ?? '27800';
const env = {
  ...process.env,
  STAKEWATCH_HOME: home,
  STAKEWATCH_PORT_BASE: portBase,
  CHAOS_ROUNDS: process.env.CHAOS_ROUNDS ?? (name === 'chaos' ? '5' : '1'),
};

/** The stack that runs: none, stores, or everything. */
let running = null;
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => void finish([]).then(() => process.exit(130)));
process.exitCode = await main();

async function main() {
  mkdirSync(results, { recursive: true });
  const outcomes = [];
  // The stores start while what needs none of them runs.
  const early = kinds.find(needsLocalStack) === 'int' ? part('stack', () => stackUp('stores')) : null;
  for (const kind of kinds) {
    const fault = needsLocalStack(kind) ? await (kind === 'int' ? early : part('stack', () => stackUp('everything'))) : null;
    if (fault) {
      outcomes.push(fault);
      break;
    }
    outcomes.push(await part(kind, () => (kind === 'lint' ? lint() : jest(kind))));
  }
  return finish(outcomes);
}

/** What `work` comes to; one failure when it cannot be done at all, so that the last line counts that, too. */
function part(kind, work) {
  return work().catch((error) => {
    console.error(error);
    return { kind, passed: 0, failed: 1, ran: 1 };
  });
}

function needsLocalStack(kind) {
  if (kind === 'int') return process.env.TEST_STACK !== 'containers';
  return kind === 'e2e' || kind === 'chaos';
}

async function finish(outcomes) {
  if (running) await stackDown();
  const { passed, failed, faults } = totalOf(outcomes, kinds);
  for (const fault of faults) console.error(fault);
  console.log(`${passed} passed, ${failed} failed`);
  return failed > 0 || faults.length > 0 ? 1 : 0;
}

/** A fresh stack: what an earlier run left in it would decide tests. Gives what it failed with, null when it runs. */
async function stackUp(parts) {
  if (running === parts) return null;
  await stackDown();
  rmSync(home, { recursive: true, force: true });
  say(`starting ${parts === 'stores' ? 'the stores' : 'a stack'} for the tests (${home}, ports from ${portBase}; STAKEWATCH_TEST_PORT_BASE moves them)`);
  running = parts;
  const code = await run(process.execPath, [LOCAL_STACK, 'up', '--no-sample-day', ...(parts === 'stores' ? STORES : [])]);
  return code === 0 ? null : { kind: 'stack', passed: 0, failed: 1, ran: 1 };
}

async function stackDown() {
  running = null;
  await run(process.execPath, [LOCAL_STACK, 'down']);
}

/** The types of the tests and eslint's rules, as one test: what a change forgot shows in the same place as all else. */
async function lint() {
  say('lint');
  const failed = (await run(process.execPath, [join(ROOT, 'scripts/lint.mjs')])) === 0 ? 0 : 1;
  return { kind: 'lint', passed: 1 - failed, failed, ran: 1 };
}

async function jest(kind) {
  say(`${kind} tests`);
  if (kind !== 'int') return jestRun(kind, kind);
  const beside = await jestRun('int', 'int', { TEST_ALONE: 'not' });
  const alone = await jestRun('int', 'int-alone', { TEST_ALONE: 'only' });
  return bothOf(beside, alone);
}

async function jestRun(kind, name, more = {}) {
  const file = join(results, `${name}.json`);
  rmSync(file, { force: true });
  const code = await run(process.execPath, [join(ROOT, 'node_modules/jest/bin/jest.js'), '--json', `--outputFile=${file}`, '--passWithNoTests', ...jestArguments], { TEST_KIND: kind, ...more });
  return { kind, code, ...readResult(file) };
}

function readResult(file) {
  try {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numTotalTests } = JSON.parse(readFileSync(file, 'utf8'));
    return { passed: numPassedTests, failed: numFailedTests + numRuntimeErrorTestSuites, ran: numTotalTests };
  } catch (error) {
    if (error.code === 'ENOENT') return { passed: 0, failed: 0, ran: 0 };
    throw error;
  }
}

/** jest writes its JSON to the file and its report to standard error; its standard output would repeat the JSON. */
function run(command, args, more = {}) {
  const isJest = 'TEST_KIND' in more;
  const child = spawn(command, args, { cwd: ROOT, env: { ...env, ...more }, stdio: ['ignore', isJest ? 'ignore' : 'inherit', 'inherit'] });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
