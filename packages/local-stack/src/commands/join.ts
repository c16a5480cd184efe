import { join as joinPath } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Layout } from '../layout/home';
import { ADD_PATH, type AddAnswer } from '../supervisor/add-parts';
import { livingOwner } from '../supervisor/lock';
import { tailOf } from '../supervisor/log-file';
import type { PlannedStep } from '../supervisor/plan';
import { type ProcessIdentity, isAlive } from '../supervisor/process-identity';
import { readStatus, type StackStatus, statusTable, supervisorUrl } from './status';

const LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 250;
const ADD_MS = 10_000;
const TAIL_LINES = 15;

/** What a running stack is to a command that asks for `asked`: all there; on its way; ending; or it lacks parts, which it was not started with. Pure. */
export function standing({ processes, tasks }: Pick<StackStatus, 'processes' | 'tasks'>, asked: readonly PlannedStep[]): 'ready' | 'starting' | 'ending' | { readonly missing: readonly string[] } {
  if (processes.some(({ state }) => state === 'stopping' || state === 'stopped')) return 'ending';
  const there = new Set([...processes, ...tasks].map(({ name }) => name));
  const missing = asked.map(({ name }) => name).filter((name) => !there.has(name));
  if (missing.length > 0) return { missing };
  return processes.every(({ state }) => state === 'ready') && tasks.every(({ state }) => state === 'done') ? 'ready' : 'starting';
}

/**
 * Waits until the stack that another command started has all of `asked` ready, and has it start those that it lacks; 'gone' when it
 * ended instead, so that it can be started. @throws {Error} when a part does not start, or not all is ready in time
 */
export async function join(layout: Layout, owner: ProcessIdentity, asked: readonly PlannedStep[], say: (text: string) => void): Promise<'ready' | 'completed' | 'gone'> {
  let added: readonly string[] = [];
  const deadline = Date.now() + LIMIT_MS;
  let said = '';
  for (let last = 'it does not answer'; ; await delay(LOOK_EVERY_MS)) {
    if (!isAlive(owner)) return 'gone';
    if (Date.now() > deadline) throw new Error(`the stack (supervisor ${owner.pid}) is not ready after ${LIMIT_MS / 1000} s:\n${last}`);
    const status = await statusUnlessBusy(layout);
    const how = status === null ? 'starting' : standing(status, asked);
    if (status !== null) last = statusTable(status);
    if (how === 'ready') return added.length > 0 ? 'completed' : 'ready';
    if (typeof how === 'object') {
      const again = how.missing.filter((part) => added.includes(part));
      if (again.length > 0) throw new Error(didNotStart(layout, again));
      const begun = await addParts(layout, owner, asked, how.missing);
      if (begun.length > 0) say(`starting beside what runs here (supervisor ${owner.pid}): ${begun.join(', ')}`);
      added = [...added, ...begun];
      continue;
    }
    if (said !== how) say(`a stack is ${how} here (supervisor ${owner.pid}); waiting for it`);
    said = how;
  }
}

/** Null in the moments in which its door is not open yet, or no more. */
async function statusUnlessBusy(layout: Layout): Promise<StackStatus | null> {
  const status = await readStatus(layout).catch((error: Error) => {
    if (livingOwner(layout.lockFile) === null || error.name === 'NoAnswer') return null;
    throw error;
  });
  return status?.running ? status : null;
}

/** What was begun is no longer there: the supervisor takes out what does not start. */
function didNotStart({ logs }: Layout, parts: readonly string[]): string {
  return [...parts.map((part) => `${part} did not start\n${tailOf(joinPath(logs, `${part}.log`), TAIL_LINES)}`), 'What ran before goes on. "npm run up" tries again.'].join('\n');
}

/** Has the supervisor start what it lacks; gives what it began, which is less where another command was faster. @throws {Error} where it cannot */
async function addParts(layout: Layout, owner: ProcessIdentity, asked: readonly PlannedStep[], missing: readonly string[]): Promise<readonly string[]> {
  const parts = asked.filter(({ kind }) => kind === 'process').map(({ name }) => name);
  const url = new URL(ADD_PATH, supervisorUrl(layout));
  try {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ parts: parts.join(',') }), signal: AbortSignal.timeout(ADD_MS) });
    // A supervisor of an older version has no such door.
    if (response.status === 404) throw new Error(lacking(missing));
    const answer = (await response.json()) as AddAnswer;
    if ('added' in answer) return answer.added;
    throw new Error(answer.error);
  } catch (error) {
    // It died, or ended, meanwhile: looking again tells.
    if (!isAlive(owner) || error instanceof TypeError) return [];
    throw error;
  }
}

const lacking = (missing: readonly string[]): string => `a part of the stack runs here, without ${missing.join(', ')}, under a supervisor of an older version: npm run down, then this command again (nothing is lost)`;
