import { stackFile } from '@stakewatch/testing';

/** Parts that are killed, in this order each round. */
export const VICTIMS = ['gateway', 'velocity-detector', 'alert-dispatcher', 'history-writer', 'redis', 'clickhouse', 'kafka'] as const;

const BACK_WITHIN_MS = 60_000;

/** Kills a part with SIGKILL and waits until its supervisor has brought it back, with another pid. Gives the milliseconds that took. */
export async function killAndAwaitReturn(name: string): Promise<number> {
  const before = pidOf(name);
  const started = Date.now();
  process.kill(before, 'SIGKILL');
  for (;;) {
    const now = stackFile().processes.find((process) => process.name === name);
    if (now && now.pid !== before && isAlive(now.pid)) return Date.now() - started;
    if (Date.now() - started > BACK_WITHIN_MS) throw new Error(`${name} was not back within ${BACK_WITHIN_MS / 1000} s`);
    await pause(50);
  }
}

function pidOf(name: string): number {
  const found = stackFile().processes.find((process) => process.name === name);
  if (!found) throw new Error(`the stack has no process ${name}`);
  return found.pid;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Between two looks at something that only polling shows. */
export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
