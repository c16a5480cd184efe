import type { TSchema, Static } from '@sinclair/typebox';
import type { TopicKey } from '@stakewatch/contracts';
import type { ControlTable } from '../control/control-table';
import type { HandlerFactory, LogAdmin, LogBatch, LogConsumer, LogProducer, LogRecord, TopicPartition } from './port';

/** The log as a service uses it; one per process. */
export interface LogClient {
  producer(): Promise<LogProducer>;
  consume(options: ConsumeOptions): Promise<LogConsumer>;
  admin(): Promise<LogAdmin>;
  /** Reads a compacted topic whole, then follows it. Records that don't fit `schema` are logged, counted and left out. */
  table<S extends TSchema>(topic: TopicKey, schema: S): Promise<ControlTable<Static<S>>>;
  /** Follows one partition from its end at the time of the call, as a reader of its own (no group shares it). */
  tail(options: TailOptions): Promise<{ close(): Promise<void> }>;
  /** Closes everything it opened. */
  close(): Promise<void>;
}

export interface TailOptions extends TopicPartition {
  /** An absent key or value may come as an empty one. What it throws ends the process. */
  onRecord(record: LogRecord): void;
}

/** Of one partition. Whatever comes first holds; one record is always taken. */
export interface ReadAhead {
  /** Worked at a time at most. */
  readonly batchRecords: number;
  readonly batchBytes: number;
  /** Once so much waits, the fetch does too. */
  readonly roomRecords: number;
  readonly roomBytes: number;
  /** After so long without records the handler is asked to settle what it holds. */
  readonly idleMs: number;
}

export interface ConsumeOptions {
  /** Consumer group: the service's name. */
  readonly group: string;
  readonly inputs: readonly { readonly topic: string; readonly handler: HandlerFactory }[];
  /** Partitions worked at the same time; their I/O overlaps, their CPU does not. Default 4. */
  readonly concurrency?: number;
  /** Bytes that a fetch waits for, at most maxWaitMs. Defaults 1 byte, 500 ms. */
  readonly minBytes?: number;
  readonly maxWaitMs?: number;
  readonly maxBytes?: number;
  readonly maxBytesPerPartition?: number;
  readonly sessionTimeoutMs?: number;
  /**
   * Commits offsets together this often instead of after each batch; for handlers that give their own position when they open, to whom
   * Kafka's offset is only a measure of lag. Default 0: after each batch.
   */
  readonly commitIntervalMs?: number;
  /**
   * Fetches on while batches are worked, so that no partition waits for another's work; what comes meanwhile is worked as the next
   * batch. Default: a fetch's batches are all worked before the next fetch.
   */
  readonly readAhead?: ReadAhead;
  /**
   * Opens the handler of each assigned partition at once, not with its first batch: for handlers with work of their own that no
   * record may ever come to wake (pending deliveries). Default false.
   */
  readonly openOnAssignment?: boolean;
}

/** What the service shell observes of the loop: logs and metrics; handlers have none of their own. */
export interface ConsumerHooks {
  onOwned(at: TopicPartition): void;
  onReleased(at: TopicPartition): void;
  onBatchDone(batch: LogBatch, nextOffset: number, seconds: number): void;
  /** Records of an assigned partition that are not committed yet; null when it is no longer assigned. */
  onLag(at: TopicPartition, records: number | null): void;
  /** A batch, or the opening of a partition, failed and will be tried again. */
  onRetry(at: TopicPartition, error: Error, attempt: number): void;
  onStale(at: TopicPartition, error: Error): void;
  /** Unknown error: the process must end before anything is committed. */
  onFatal(error: unknown): void;
}
