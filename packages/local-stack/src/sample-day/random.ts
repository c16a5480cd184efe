import { createHash } from 'node:crypto';
import { randomOf } from '@stakewatch/random';

/** Random numbers of a name: the same name gives the same sequence on every machine. Never for secrets. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Integer from `min` to `max`, both included. */
  between(min: number, max: number): number;
  pick<T>(items: readonly T[]): T;
  digits(count: number): string;
}

export function randomFrom(name: string): Random {
  const next = randomOf(createHash('sha256').update(name).digest().readUInt32LE(0));
  const between = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    next,
    between,
    pick: (items) => items[between(0, items.length - 1)] as (typeof items)[number],
    digits: (count) => Array.from({ length: count }, () => between(0, 9)).join(''),
  };
}
