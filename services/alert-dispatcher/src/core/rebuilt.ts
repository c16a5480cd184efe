import type { Delivery } from './delivery';

/** What the delivery log says of one delivery and reason (or one resend command). */
export interface PastAttempts {
  readonly attempts: number;
  /** Delivered or abandoned: nothing is left to do. */
  readonly settled: boolean;
  /** Milliseconds UTC of the next attempt that was planned; null when none was. */
  readonly nextAttemptAtMs: number | null;
}

export type Rebuilt = { readonly settled: true; readonly delivery: Delivery } | { readonly settled: false; readonly delivery: Delivery; readonly dueMs: number };

/** A delivery read again from the log, with what the delivery log remembers of it: it goes on where it stood. */
export function rebuilt(delivery: Delivery, past: PastAttempts | undefined, nowMs: number): Rebuilt {
  if (!past) return { settled: false, delivery, dueMs: nowMs };
  if (past.settled) return { settled: true, delivery };
  return { settled: false, delivery: { ...delivery, attempts: past.attempts }, dueMs: past.nextAttemptAtMs ?? nowMs };
}
