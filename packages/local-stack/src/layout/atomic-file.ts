import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes beside the target and renames: a reader sees the old or the new content, never a half. If the process dies between
 * the two, the target is as it was, and the leftover is one of its own: two processes never write into one file.
 */
export function writeJsonAtomically(path: string, value: unknown, mode = 0o644): void {
  placed(path, value, mode, (beside) => renameSync(beside, path));
}

/** The same where nothing is there yet. False: another was first, and its content stands. */
export function createJson(path: string, value: unknown, mode = 0o644): boolean {
  try {
    placed(path, value, mode, (beside) => linkSync(beside, path));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function placed(path: string, value: unknown, mode: number, place: (beside: string) => void): void {
  const beside = `${path}.${process.pid}.new`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    const file = openSync(beside, 'w', mode);
    try {
      writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    place(beside);
  } finally {
    rmSync(beside, { force: true }); // left behind on a full disk, it would take the room that there is
  }
}

/** Null when there is no such file. @throws {NotJson} when it is not JSON: cut off, or written by another hand. */
export function readJsonIfThere(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new NotJson(path, error as Error);
  }
}

/** As if it were not there, too, when it is not JSON: for files that the next start makes anew. */
export function readJsonOrNull(path: string): unknown {
  try {
    return readJsonIfThere(path);
  } catch (error) {
    if (error instanceof NotJson) return null;
    throw error;
  }
}

export class NotJson extends Error {
  override readonly name = 'NotJson';
  constructor(path: string, cause: Error) {
    super(`${path} is not JSON: ${cause.message}`, { cause });
  }
}
