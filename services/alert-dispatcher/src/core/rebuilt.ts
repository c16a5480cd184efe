import type { Delivery } from './delivery';

/** What the delivery log says of one delivery and reason (or one resend command). */
export interface PastAttempts {
  readonly attempts: number;
  /** Delivered or abandoned: nothing is left to do. */
  readonly settled: boolean;
  /** Milliseconds UTC of the next attempt that was planned; null when none was. */
  readonly nextAttemptAtMs: number | null;
}

/** A delivery and the record that it came from. */
export interface Read {
  readonly delivery: Delivery;
  readonly offset: number;
  /** When it was written, milliseconds UTC. */
  readonly recordedMs: number;
}

export type Rebuilt = { readonly settled: true; readonly delivery: Delivery } | { readonly settled: false; readonly delivery: Delivery; readonly dueMs: number };

/**
 * Whether a delivery of a record that was worked before may have waited when its queue was lost. An endpoint that was made after
 * the record never got it.
 */
export function mayHaveWaited({ recordedMs }: Read, past: PastAttempts | undefined, endpointCreatedAt: string | undefined): boolean {
  return past !== undefined || endpointCreatedAt === undefined || !(Date.parse(endpointCreatedAt) > recordedMs);
}

/** A delivery read again from the log, with what the delivery log remembers of it: it goes on where it stood. */
export function rebuilt(delivery: Delivery, past: PastAttempts | undefined, nowMs: number): Rebuilt {
  if (!past) return { settled: false, delivery, dueMs: nowMs };
  if (past.settled) return { settled: true, delivery };
  return { settled: false, delivery: { ...delivery, attempts: past.attempts }, dueMs: past.nextAttemptAtMs ?? nowMs };
}
