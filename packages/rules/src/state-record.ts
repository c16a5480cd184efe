/**
 * Where a subject's state lies while no object stands for it: so many 32-bit integers each, a line of memory. An object and its
 * parts for each of 100,000 subjects are 40 MB that the garbage collector walks again and again.
 */
export const RECORD_WORDS = 16;

/** What each integer of a record is. */
export const RECORD = {
  /** Of the key; see hashOf. */
  hash: 0,
  keyLength: 1,
  flags: 2,
  /** Hour since the epoch at which the store was last told how long to keep it. */
  toldAt: 3,
  eventsPage: 4,
  eventsAt: 5,
  events: 6,
  capacity: 7,
  version: 8,
  textsPage: 9,
  textsAt: 10,
  textBytes: 11,
  texts: 12,
  storedTexts: 13,
  storedBytes: 14,
  newEvents: 15,
} as const;

export const FLAG = {
  /** The record is a subject's. */
  live: 1,
  /** Used since the eviction last came by. */
  used: 2,
  /** Changed or about to be, since the last save. */
  touched: 4,
  /** It has things that are no integers, aside. */
  aside: 8,
  /** Its log is to be written anew. */
  rewrite: 16,
} as const;
