/**
 * The log as the rest of the system sees it. One thin port: kafkajs (and the ingest producer) stand behind it, and a memory
 * twin that passes the same suite. Offsets are numbers: Kafka's are 64-bit, and 2^53 records of one partition are out of reach.
 */
export interface OutgoingRecord {
  readonly topic: string;
  /** Absent: chosen from the key by Kafka's default (murmur2) partitioner, like Java's. */
  readonly partition?: number;
  readonly key: string | Buffer | null;
  /** Null is a tombstone on compacted topics. */
  readonly value: Buffer | null;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds; absent: now. */
  readonly timestamp?: number;
}

export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  /** Milliseconds. */
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LogBatch {
  readonly topic: string;
  readonly partition: number;
  /** Never empty; offsets grow but may have gaps. */
  readonly records: readonly LogRecord[];
  /** Offset after the newest record of the partition when it was fetched. */
  readonly highWatermark: number;
}

export interface LogProducer {
  /**
   * Resolves once every record is acknowledged by all in-sync replicas. Records of one partition keep their order within a call.
   * @throws {LogUnavailable} when not acknowledged in time; some of the records may still have been written.
   */
  send(records: readonly OutgoingRecord[]): Promise<void>;
  close(): Promise<void>;
}

/** The log did not acknowledge or answer in time. Retriable: what is sent again has the same identity. */
export class LogUnavailable extends Error {
  override readonly name = 'LogUnavailable';
}

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/** As Kafka's own tools write it. */
export const partitionName = ({ topic, partition }: TopicPartition): string => `${topic}-${partition}`;

export interface CommittedOffset {
  /** Next offset to read; null when the group never committed. */
  readonly offset: number | null;
  readonly metadata: string | null;
}

export interface LogAdmin {
  /** Creates the topics that are missing, with what TOPICS declares, and waits until each is served; never changes an existing one. */
  ensureTopics(partitions: number, replication: number): Promise<void>;
  partitionCount(topic: string): Promise<number>;
  /** First and next offset of each partition. */
  offsets(topic: string): Promise<readonly { partition: number; first: number; next: number }[]>;
  /** First offset whose record is at or after `timestampMs`, or the next offset. */
  offsetsAt(topic: string, timestampMs: number): Promise<readonly { partition: number; offset: number }[]>;
  committed(group: string, topic: string): Promise<readonly (CommittedOffset & { partition: number })[]>;
  close(): Promise<void>;
}

/** What became of a batch; see PartitionHandler.process. */
export type Worked = void | 'held' | 'committed';

/** What a partition's owner does with it. One instance per assignment. */
export interface PartitionHandler {
  /**
   * Called once, before the first batch. Gives the offset to go on from, or null for the group's committed one
   * (the log's start when there is none).
   */
  open(committed: CommittedOffset): Promise<number | null>;
  /**
   * Works a batch. When it resolves, all that the batch stands for is durable and the loop commits the offset after its last record.
   * 'held' means: taken but not durable yet. Reading goes on, nothing is committed; the handler commits by `control.commit`, or
   * a later batch that resolves plainly commits for all before it. Held records are read again after a crash or a rebalance.
   * 'committed' means: durable, and the handler has committed by itself.
   * Throws Retriable to have the same batch again after a pause, Rewound to go on from an earlier offset after one, StaleOwner to be
   * closed and opened anew; anything else ends the process.
   */
  process(batch: LogBatch, control: BatchControl): Promise<Worked>;
  /**
   * Called when nothing came for a while after a batch that was held: makes durable what is held. Also for records that were worked before, by another owner:
   * then there is nothing to make durable, only to commit. Resolves and throws as `process` does.
   * A handler without it sees to that itself. Only consumers that read ahead call it for what is held.
   */
  settle?(control: BatchControl): Promise<Worked>;
  /** The partition was lost or the service drains; no batch is being worked. */
  close(): Promise<void>;
}

export interface BatchControl {
  /** False once the partition was taken away or the service drains: finish nothing new. */
  isOwner(): boolean;
  /** Keeps the group membership alive during long work. */
  heartbeat(): Promise<void>;
  /**
   * Commits `offset` (the next to read) with metadata now, fenced by the group's generation.
   * @throws {Retriable} when it was not committed: the broker does not answer, or the group is in another generation.
   */
  commit(offset: number, metadata?: string): Promise<void>;
}

/** Try the same batch again after a pause: a dependency is down. */
export class Retriable extends Error {
  override readonly name = 'Retriable';
}

/** The batch failed, and with it what was held of earlier ones: go on from `offset`. `cause`: what failed. */
export class Rewound extends Error {
  override readonly name = 'Rewound';
  constructor(
    readonly offset: number,
    override readonly cause: Error,
  ) {
    super(cause.message, { cause });
  }
}

/** Another instance owns the partition, or the stored state is not what this instance left: reopen before going on. */
export class StaleOwner extends Error {
  override readonly name = 'StaleOwner';
}

/** For what is done last: the next owner works again what is not durable. @throws `error`, when it is none that a process lives on with. */
export function leaveToNextOwner(error: unknown): void {
  const cause = error instanceof Rewound ? error.cause : error;
  if (!(cause instanceof StaleOwner || cause instanceof Retriable || cause instanceof LogUnavailable)) throw error;
}

export type HandlerFactory = (at: TopicPartition) => PartitionHandler;

export interface LogConsumer {
  /** Consumer lag and ownership, for health and metrics. */
  owned(): readonly TopicPartition[];
  /** Finishes the batch at hand, commits, leaves the group. */
  close(): Promise<void>;
}
