import type { LogRecord } from '@stakewatch/runtime';

/** Writes one planned block of one partition; all of it is durable, or dead-lettered and acknowledged, when it resolves. */
export interface BlockWriter {
  /** @throws {WriteAbandoned} when `signal` says that the partition was let go. */
  write(records: readonly LogRecord[], token: string, signal: AbortSignal): Promise<void>;
  /** Learns what an earlier owner of the partition may have written since this process last looked. */
  takeOver(partition: number): Promise<void>;
}
