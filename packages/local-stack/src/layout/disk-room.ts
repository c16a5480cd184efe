import { existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

const LEAST_BYTES = 16 * 1024 * 1024;

/** That the disk of `path` is as good as full, which explains much of what a part says when it fails; null when it is not. */
export function fullDisk(path: string, least = LEAST_BYTES): string | null {
  let there = path;
  while (!existsSync(there)) there = dirname(there);
  const { bavail, bsize } = statfsSync(there);
  return bavail * bsize >= least ? null : `The disk of ${path} is full: ${Math.floor((bavail * bsize) / 1024)} KiB are left. With room on it, "npm run up" goes on from here.`;
}
