/** How an endpoint has answered lately. Kept in Redis for all instances together. */
export interface Streak {
  /** Milliseconds UTC of the first failure since the last success; null when the last attempt succeeded. */
  readonly failingSinceMs: number | null;
  readonly failures: number;
}

/** Fewer failures than this disable nothing, however long ago the first was. */
export const MIN_FAILURES = 5;

/** Failures further apart than this belong to two streaks: a quiet endpoint is not a dead one. */
export const STREAK_GAP_MS = 48 * 3_600_000;

/**
 * Why the endpoint is to be disabled now, or null. It is when it says 410 Gone, and when it has only failed for
 * `disableAfterMs`. A change of its record (`updatedAtMs`: created, enabled again, new secret) starts the time anew.
 */
export function disableReason(gone: boolean, streak: Streak, updatedAtMs: number, nowMs: number, disableAfterMs: number): string | null {
  if (gone) return 'the endpoint answered 410 Gone';
  if (streak.failingSinceMs === null || streak.failures < MIN_FAILURES) return null;
  const since = Math.max(streak.failingSinceMs, updatedAtMs);
  if (nowMs - since < disableAfterMs) return null;
  return `every attempt failed since ${new Date(since).toISOString()}`;
}
