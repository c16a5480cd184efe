/** How an endpoint has answered lately. Kept in Redis for all instances together. */
export interface Streak {
  /** Milliseconds UTC of the first failure since the last success; null when the last attempt succeeded. */
  readonly failingSinceMs: number | null;
  readonly failures: number;
  /** Its company's other endpoints were told of this streak. */
  readonly told: boolean;
}

/** Fewer failures than this disable nothing, however long ago the first was. */
export const MIN_FAILURES = 5;

/** Failures further apart than this belong to two streaks: a quiet endpoint is not a dead one. */
export const STREAK_GAP_MS = 48 * 3_600_000;

export interface Patience {
  /** Milliseconds of nothing but failures after which others are told that it fails. */
  readonly warnAfterMs: number;
  /** After which it is disabled. */
  readonly disableAfterMs: number;
}

export type Consequence = { readonly kind: 'disable'; readonly reason: string } | { readonly kind: 'warn'; readonly failingSinceMs: number } | null;

/**
 * What a failed attempt has as a consequence for its endpoint. It is disabled when it says 410 Gone, and when it has only failed for
 * `disableAfterMs`; before that others are told, once in a streak. A change of its record (created, enabled again, new secret)
 * begins a new streak. @param error code of this attempt.
 */
export function consequenceOf(gone: boolean, error: string | null, streak: Streak, nowMs: number, { warnAfterMs, disableAfterMs }: Patience): Consequence {
  if (gone) return { kind: 'disable', reason: 'the endpoint answered 410 Gone' };
  const { failingSinceMs, failures, told } = streak;
  if (failingSinceMs === null || failures < MIN_FAILURES) return null;
  if (nowMs - failingSinceMs >= disableAfterMs) return { kind: 'disable', reason: `every attempt failed since ${new Date(failingSinceMs).toISOString()}, the last with ${error ?? 'no answer'}` };
  return nowMs - failingSinceMs >= warnAfterMs && !told ? { kind: 'warn', failingSinceMs } : null;
}
