import type { ConsumeOptions } from '../log/client';

/** How a service consumes commands whose callers wait (docs/decisions/0100-who-waits-for-what.md). */
export const WHILE_CALLERS_WAIT = {
  /** A process that dies is given up as soon as Kafka allows (group.min.session.timeout.ms). */
  sessionTimeoutMs: 6_000,
  /** The position is saved with the state; callers do not wait for Kafka's copy of it. */
  commitIntervalMs: 250,
  /** Small batches: the first of one is answered when the last of it is decided. */
  readAhead: { batchRecords: 250, batchBytes: 1_048_576, roomRecords: 1_000, roomBytes: 4_194_304, idleMs: 250 },
} as const satisfies Partial<ConsumeOptions>;
