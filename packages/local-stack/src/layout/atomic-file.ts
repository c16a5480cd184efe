import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes beside the target and renames: a reader sees the old or the new content, never a half. If the process dies between
 * the two, the target is as it was and the leftover is overwritten next time.
 */
export function writeJsonAtomically(path: string, value: unknown, mode = 0o644): void {
  const beside = `${path}.new`;
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(beside, 'w', mode);
  try {
    writeSync(file, `${JSON.stringify(value, null, 2)}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(beside, path);
}

/** Null when there is no such file. @throws {SyntaxError} when it is not JSON. */
export function readJsonIfThere(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as unknown;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
