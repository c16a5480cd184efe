import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';

const MAX_BYTES = 20 * 1024 * 1024;
const KEPT = 2;

/**
 * Opens a process's log for appending. The process writes to the file itself, so its log goes on whatever becomes of the
 * supervisor; append mode makes the writes that follow a truncation start at its new end.
 */
export function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'a', 0o640);
}

export function closeLog(file: number): void {
  closeSync(file);
}

/** Copies a log that has outgrown its limit to `.1` (older ones move up) and empties it. Lines written in between are lost. */
export function rotateIfLarge(path: string, maxBytes = MAX_BYTES): boolean {
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) <= maxBytes) return false;
  rmSync(`${path}.${KEPT}`, { force: true });
  for (let generation = KEPT - 1; generation >= 1; generation -= 1) {
    if (statSync(`${path}.${generation}`, { throwIfNoEntry: false })) renameSync(`${path}.${generation}`, `${path}.${generation + 1}`);
  }
  copyFileSync(path, `${path}.1`);
  truncateSync(path, 0);
  return true;
}

/** The newest lines of a log, for the message of a part that did not start. */
export function tailOf(path: string, lines: number): string {
  if (!statSync(path, { throwIfNoEntry: false })) return '(no log)';
  return readFileSync(path, 'utf8').trimEnd().split('\n').slice(-lines).join('\n');
}
