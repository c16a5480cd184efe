/** What INFO says of Redis' memory, in bytes. */
export interface RedisMemory {
  /** What Redis itself compares with its limit: without the buffers of replicas and of the append-only file. */
  readonly used: number;
  /** `maxmemory`; 0: none is set. */
  readonly limit: number;
}

/**
 * How much room Redis has, and what the gateway does about it: `ample`: it remembers everything; `short`: it puts no more answers to single
 * events there; `scarce`: it binds no more idempotency keys either. What is left is for the states of the services that decide.
 */
export type Room = 'ample' | 'short' | 'scarce';

/** Each room as a number, for the metric. */
export const RESTRAINT: Readonly<Record<Room, number>> = { ample: 0, short: 1, scarce: 2 };

/**
 * Shares of the limit. Redis may take an eighth of 1 GB at one stroke, when its tables double at 4 million keys: a quarter is left to it and to
 * states. Five hundredths between off and on are an hour or two of a day's answers expiring: it does not go on and off with every few of them.
 */
const SHORT = { from: 0.75, until: 0.7 };
const SCARCE = { from: 0.9, until: 0.85 };

/** @param memory null when it is not known: then nothing changes. */
export function roomAfter(before: Room, memory: RedisMemory | null): Room {
  if (memory === null) return before;
  const share = shareOf(memory);
  if (share >= SCARCE.from || (before === 'scarce' && share >= SCARCE.until)) return 'scarce';
  if (share >= SHORT.from || (before !== 'ample' && share >= SHORT.until)) return 'short';
  return 'ample';
}

/** 0 when there is no limit: a Redis that may take all of its machine is its operator's to watch. */
export const shareOf = ({ used, limit }: RedisMemory): number => (limit === 0 ? 0 : used / limit);

/** Of the answer to INFO memory; null when it does not say so much. */
export function readMemory(info: string): RedisMemory | null {
  const used = numberOf(info, 'used_memory');
  const limit = numberOf(info, 'maxmemory');
  if (used === null || limit === null) return null;
  return { used: Math.max(0, used - (numberOf(info, 'mem_not_counted_for_evict') ?? 0)), limit };
}

function numberOf(info: string, field: string): number | null {
  const found = new RegExp(`^${field}:(\\d+)\\r?$`, 'm').exec(info);
  return found ? Number(found[1]) : null;
}
