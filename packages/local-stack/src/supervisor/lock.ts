import { linkSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { readJsonOrNull } from '../layout/atomic-file';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity';

/** A supervisor already runs in this folder. */
export class AlreadyRunning extends Error {
  override readonly name = 'AlreadyRunning';
  constructor(readonly owner: ProcessIdentity, path: string) {
    super(`a supervisor already runs here (pid ${owner.pid}, ${path}); "npm run down" ends it`);
  }
}

/**
 * Takes the folder for this process. The lock names pid and start time, so one that a killed supervisor left is seen as stale.
 * Linking a finished file makes the taking atomic; a stale lock is first moved aside and looked at again, so that of two
 * that found it stale only one goes on.
 * @throws {AlreadyRunning}
 */
export function takeLock(path: string): () => void {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${path}.${process.pid}`;
  try {
    writeFileSync(mine, JSON.stringify(identityOf(process.pid)));
    for (;;) {
      if (tryLink(mine, path)) return () => rmSync(path, { force: true });
      const owner = lockOwner(path);
      if (owner && isAlive(owner)) throw new AlreadyRunning(owner, path);
      moveStaleAside(path);
    }
  } finally {
    rmSync(mine, { force: true });
  }
}

/** Who holds the lock, alive or not; null when nobody does. A lock is linked when it is whole: one that is not JSON was cut off by a crash of the machine. */
export function lockOwner(path: string): ProcessIdentity | null {
  return readJsonOrNull(path) as ProcessIdentity | null;
}

/** Who runs the stack now. */
export function livingOwner(path: string): ProcessIdentity | null {
  const owner = lockOwner(path);
  return owner && isAlive(owner) ? owner : null;
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function moveStaleAside(path: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  const moved = lockOwner(aside);
  if (moved && isAlive(moved)) {
    tryLink(aside, path);
    rmSync(aside, { force: true });
    throw new AlreadyRunning(moved, path);
  }
  rmSync(aside, { force: true });
}
