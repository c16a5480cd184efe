import { setTimeout as delay } from 'node:timers/promises';
import type { Layout } from '../layout/home';
import { livingOwner } from '../supervisor/lock';
import { type ProcessIdentity, isAlive } from '../supervisor/process-identity';
import { readStatus, type StackStatus, statusTable } from './status';

const LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 250;

/** What a running stack is to a command that asks for `asked`: all there; on its way; ending; or it lacks parts, which it was not started with. Pure. */
export function standing({ processes }: Pick<StackStatus, 'processes'>, asked: readonly string[]): 'ready' | 'starting' | 'ending' | { readonly missing: readonly string[] } {
  if (processes.some(({ state }) => state === 'stopping' || state === 'stopped')) return 'ending';
  const missing = asked.filter((part) => !processes.some(({ name }) => name === part));
  if (missing.length > 0) return { missing };
  return processes.every(({ state }) => state === 'ready') ? 'ready' : 'starting';
}

/**
 * Waits until the stack that another command started has all of `asked` ready; false when it ended instead, so that it can be started.
 * @throws {Error} when it was started without some of `asked`, or is not ready in time
 */
export async function join(layout: Layout, owner: ProcessIdentity, asked: readonly string[], say: (text: string) => void): Promise<boolean> {
  const deadline = Date.now() + LIMIT_MS;
  let said = '';
  for (let last = 'it does not answer'; ; await delay(LOOK_EVERY_MS)) {
    if (!isAlive(owner)) return false;
    if (Date.now() > deadline) throw new Error(`the stack (supervisor ${owner.pid}) is not ready after ${LIMIT_MS / 1000} s:\n${last}`);
    const status = await statusUnlessBusy(layout);
    const how = status === null ? 'starting' : standing(status, asked);
    if (status !== null) last = statusTable(status);
    if (how === 'ready') return true;
    if (typeof how === 'object') throw new Error(lacking(how.missing, status?.processes.map(({ name }) => name) ?? []));
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

function lacking(missing: readonly string[], running: readonly string[]): string {
  return [
    `a part of the stack runs here: ${running.join(', ')}`,
    `not running: ${missing.join(', ')}`,
    'A stack keeps the parts that it was started with. For all that you ask for: npm run down, then this command again (nothing is lost).',
  ].join('\n');
}
