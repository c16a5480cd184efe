import type { ConsumeOptions } from '../log/client';

/** How a service consumes commands whose callers wait (docs/decisions/0100-who-waits-for-what.md). */
export const WHILE_CALLERS_WAIT = {
  /** A process that dies is given up as soon as Kafka allows (group.min.session.timeout.ms). */
  sessionTimeoutMs: 6_000,
  /** The position is saved with the state; callers do not wait for Kafka's copy of it. */
  commitIntervalMs: 250,
  readAhead: true,
} as const satisfies Partial<ConsumeOptions>;
