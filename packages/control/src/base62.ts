import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
/** Largest multiple of 62 in a byte: bytes at or above it are thrown away, so that no letter is likelier than another. */
const FAIR_BELOW = 248;

/** Bytes from a cryptographic source; a parameter so that tests can choose them. */
export type RandomSource = (size: number) => Uint8Array;

/** `length` letters of base62, each equally likely (5.95 bits a letter). */
export function randomBase62(length: number, random: RandomSource = randomBytes): string {
  let text = '';
  while (text.length < length) {
    for (const byte of random((length - text.length) * 2)) {
      if (byte < FAIR_BELOW && text.length < length) text += ALPHABET.charAt(byte % 62);
    }
  }
  return text;
}
