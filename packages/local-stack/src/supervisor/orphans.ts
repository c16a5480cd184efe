import { rmSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { readJsonOrNull, writeJsonAtomically } from '../layout/atomic-file';
import { isAlive, type ProcessIdentity, signalGroup } from './process-identity';

export interface Child extends ProcessIdentity {
  readonly name: string;
}

const GRACE_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** Written at every start of a process, so that a supervisor that comes after a killed one knows what was left running. */
export function recordChildren(path: string, children: readonly Child[]): void {
  writeJsonAtomically(path, children);
}

/** Those of the recorded processes that still are the same processes: pid and start time agree. A record that is not JSON names none: what it left holds ports, which a start looks at. */
export function orphansOf(path: string): readonly Child[] {
  return ((readJsonOrNull(path) ?? []) as readonly Child[]).filter((child) => child.startedAt !== null && isAlive(child));
}

/** Ends what a killed supervisor left running: SIGTERM, and SIGKILL for those that don't go. Returns what it ended. */
export async function endOrphans(path: string): Promise<readonly Child[]> {
  const orphans = orphansOf(path);
  if (orphans.length === 0) return [];
  for (const { pid } of orphans) signalGroup(pid, 'SIGTERM');
  const deadline = Date.now() + GRACE_MS;
  let left = orphans;
  while (left.length > 0 && Date.now() < deadline) {
    await delay(LOOK_EVERY_MS);
    left = left.filter(isAlive);
  }
  for (const { pid } of left) signalGroup(pid, 'SIGKILL');
  while ((left = left.filter(isAlive)).length > 0) await delay(LOOK_EVERY_MS);
  // As an empty record, which a full disk might not take.
  rmSync(path, { force: true });
  return orphans;
}
