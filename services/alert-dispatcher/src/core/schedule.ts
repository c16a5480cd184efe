import { createHash } from 'node:crypto';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/**
 * Milliseconds before each attempt, counted from the end of the one before: at once, then 5 s, 5 min … 24 h, 75.6 hours in
 * all (Standard Webhooks specification 1.0, "Deliverability and reliability").
 */
export const STANDARD_SCHEDULE: readonly number[] = [0, 5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR];

/** The delay grows by at most this share, so that what failed together does not come back together. */
export const JITTER_SHARE = 0.2;

/** 0 <= x < 1, the same for the same delivery and attempt in every process and after every restart. */
export function jitterOf(deliveryId: string, attempt: number): number {
  return createHash('sha256').update(`${deliveryId}/${attempt}`).digest().readUInt32BE(0) / 2 ** 32;
}

/** Milliseconds to wait after `attemptsDone` attempts; null when that was the last one. */
export function delayAfter(schedule: readonly number[], deliveryId: string, attemptsDone: number): number | null {
  const delay = schedule[attemptsDone];
  if (delay === undefined) return null;
  return Math.round(delay * (1 + JITTER_SHARE * jitterOf(deliveryId, attemptsDone + 1)));
}

/** The longest that a delivery can stay pending by the schedule alone, in milliseconds. */
export function longestOf(schedule: readonly number[]): number {
  return schedule.reduce((sum, delay) => sum + delay * (1 + JITTER_SHARE), 0);
}
