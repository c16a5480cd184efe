import { setTimeout as delay } from 'node:timers/promises';
import type { Layout } from '../layout/home';
import { lockOwner } from '../supervisor/lock';
import { endOrphans } from '../supervisor/orphans';
import { isAlive } from '../supervisor/process-identity';

/** The supervisor ends its parts in rounds, each within its own limit; this is above their sum. */
const LIMIT_MS = 180_000;
const LOOK_EVERY_MS = 100;

/** Ends the stack, foreground or background, and whatever a killed supervisor left. @throws when it does not end in time. */
export async function down(layout: Layout): Promise<'ended' | 'was not running'> {
  const owner = lockOwner(layout.lockFile);
  if (!owner || !isAlive(owner)) return (await endOrphans(layout.childrenFile)).length > 0 ? 'ended' : 'was not running';
  process.kill(owner.pid, 'SIGTERM');
  const deadline = Date.now() + LIMIT_MS;
  while (isAlive(owner)) {
    if (Date.now() > deadline) throw new Error(`the supervisor (pid ${owner.pid}) did not end in ${LIMIT_MS / 1000} s`);
    await delay(LOOK_EVERY_MS);
  }
  return 'ended';
}
