import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { StackFile } from '@stakewatch/contracts';
import { readJsonOrNull, writeJsonAtomically } from '../layout/atomic-file';
import type { Layout } from '../layout/home';
import { OWNER_ONLY } from '../layout/secrets';
import { livingOwner } from '../supervisor/lock';
import { endOrphans } from '../supervisor/orphans';
import { isAlive, type ProcessIdentity } from '../supervisor/process-identity';

/** The supervisor ends its parts in rounds, each within its own limit; this is above their sum. */
const LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 100;

/** Ends the stack, foreground or background, and whatever a killed supervisor left. @throws when it does not end in time. */
export async function down(layout: Layout): Promise<'ended' | 'was not running'> {
  const owner = livingOwner(layout.lockFile);
  if (owner === null) return endWhatIsLeft(layout);
  askToEnd(owner);
  const deadline = Date.now() + LIMIT_MS;
  while (isAlive(owner)) {
    if (Date.now() > deadline) throw new Error(`the supervisor (pid ${owner.pid}) did not end in ${LIMIT_MS / 1000} s; see ${layout.logs}`);
    await delay(LOOK_EVERY_MS);
  }
  // Were it killed while it ended its processes, some may be left.
  await endWhatIsLeft(layout);
  return 'ended';
}

function askToEnd({ pid }: ProcessIdentity): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ESRCH') return;
    throw new Error(`the supervisor (pid ${pid}) cannot be told to end: ${code === 'EPERM' ? 'it is another user\'s' : message}`, { cause: error });
  }
}

/** A killed supervisor could not say in stack.json that nothing runs any more. Where the disk is full, a file that is gone says so, too: the next start makes it. */
async function endWhatIsLeft(layout: Layout): Promise<'ended' | 'was not running'> {
  const orphans = await endOrphans(layout.childrenFile);
  const stack = readJsonOrNull(layout.stackFile) as StackFile | null;
  if (stack?.processes && stack.processes.length > 0) {
    try {
      writeJsonAtomically(layout.stackFile, { ...stack, processes: [] }, OWNER_ONLY);
    } catch {
      rmSync(layout.stackFile, { force: true });
    }
  }
  return orphans.length > 0 ? 'ended' : 'was not running';
}
