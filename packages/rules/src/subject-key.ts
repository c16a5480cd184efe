import { randomInt } from 'node:crypto';

/** The key of a subject's state as bytes (UTF-8): the first `length` of `bytes`. Filled and used at once, and then filled with the next one. */
export interface SubjectKey {
  readonly bytes: Buffer;
  /** The same memory, four bytes at a time. */
  readonly words: Uint32Array;
  readonly length: number;
}

/** Chosen anew by each process, so that nobody can send ids that all fall on one place. */
const FACTOR = randomInt(0x1000_0000, 0x7fff_ffff) | 1;
const SEED = randomInt(0x7fff_ffff);

/** 32 bits, signed. */
export function hashOf({ bytes, words, length }: SubjectKey): number {
  const whole = length >>> 2;
  let hash = SEED;
  for (let word = 0; word < whole; word += 1) hash = mixed(hash ^ (words[word] as number));
  for (let at = whole << 2; at < length; at += 1) hash = mixed(hash ^ (bytes[at] as number));
  return spread(hash);
}

/** The same for bytes that lie anywhere; not the same number. */
export function hashBytes(bytes: Uint8Array, from: number, to: number): number {
  let hash = SEED;
  for (let at = from; at < to; at += 1) hash = mixed(hash ^ (bytes[at] as number));
  return spread(hash);
}

function mixed(value: number): number {
  const product = Math.imul(value, FACTOR);
  return product ^ (product >>> 15);
}

/** Each bit of the hash moves each bit of the outcome: MurmurHash3's last step. */
function spread(hash: number): number {
  let value = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2_ae35);
  return value ^ (value >>> 16);
}
