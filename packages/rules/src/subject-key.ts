import { randomInt } from 'node:crypto';

/** The key of a subject's state as bytes (UTF-8): the first `length` of `bytes`. Filled and used at once, and then filled with the next one. */
export interface SubjectKey {
  readonly bytes: Buffer;
  readonly length: number;
}

/** Chosen anew by each process, so that nobody can send ids that all fall on one place. */
const FACTOR = randomInt(0x1000_0000, 0x7fff_ffff) | 1;
const SEED = randomInt(0x7fff_ffff);

/** 32 bits, signed. */
export const hashOf = ({ bytes, length }: SubjectKey): number => hashBytes(bytes, 0, length);

/** The same of the bytes from `from` to `to`. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = SEED;
  for (let at = from; at < to; at += 1) hash = Math.imul(hash ^ (bytes[at] as number), FACTOR) ^ (hash >>> 15);
  return Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b) ^ (hash >>> 13);
}
