import { hash } from 'node:crypto';

/** 64 bits of SHA-1: within one account's thousand entries two different ones agree by chance once in 10^13. */
export function hash64(text: string): bigint {
  return Buffer.from(hash('sha1', text, 'hex').slice(0, 16), 'hex').readBigUInt64BE(0);
}

export const hex64 = (text: string): string => hash('sha1', text, 'hex').slice(0, 16);
