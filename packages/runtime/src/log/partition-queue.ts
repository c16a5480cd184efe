import type { ReadAhead } from './client';
import type { LogBatch, LogRecord, TopicPartition } from './port';
import { valueBytes } from './record-set';

/** What is done with what is queued. Both resolve to false when records will come again: what is queued is let go. Neither may reject. */
export interface QueueWorker {
  work(batch: LogBatch, isLive: () => boolean): Promise<boolean>;
  /** Nothing came for a while after the last batch. */
  settle(isLive: () => boolean): Promise<boolean>;
}

/**
 * One partition's records between the fetch and the work on them. The fetch goes on while a batch is worked, so that no partition
 * waits for another's work, and what came meanwhile is the next batch.
 */
export class PartitionQueue {
  private records: LogRecord[] = [];
  /** Of the values of the records. */
  private bytes = 0;
  /** Offset after the newest record taken in; null: whatever comes. */
  private end: number | null = null;
  private highWatermark = 0;
  private working: Promise<void> = Promise.resolve();
  private running = false;
  private stopped = false;
  private roomTold: (() => void) | null = null;
  private idle: NodeJS.Timeout | undefined;

  constructor(
    private readonly at: TopicPartition,
    private readonly limits: ReadAhead,
    private readonly worker: QueueWorker,
  ) {}

  /** Records that were taken in before (read again after a rebalance) are left out. */
  add({ records, highWatermark }: LogBatch): void {
    if (this.stopped) return;
    for (const record of records) {
      if (this.end !== null && record.offset < this.end) continue;
      this.records.push(record);
      this.bytes += valueBytes(record);
      this.end = record.offset + 1;
    }
    this.highWatermark = highWatermark;
    if (!this.running) this.working = this.run();
  }

  get isFull(): boolean {
    return this.records.length >= this.limits.roomRecords || this.bytes >= this.limits.roomBytes;
  }

  /** Resolves when there is room again, or after `limitMs`. */
  async room(limitMs: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.roomTold = resolve;
      timer = setTimeout(resolve, limitMs);
    });
    clearTimeout(timer);
  }

  /** Takes nothing more in, lets go of what is queued, and waits for the work at hand. */
  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.idle);
    this.reset();
    await this.working;
  }

  private reset(): void {
    this.records = [];
    this.bytes = 0;
    this.end = null;
    this.roomTold?.();
  }

  private async run(): Promise<void> {
    this.running = true;
    clearTimeout(this.idle);
    while (this.records.length > 0) {
      const records = this.takeBatch();
      if (!this.isFull) this.roomTold?.();
      if (!(await this.worker.work({ ...this.at, records, highWatermark: this.highWatermark }, this.isLive))) this.reset();
    }
    this.running = false;
    if (!this.stopped) this.idle = setTimeout(() => void (this.working = this.settle()), this.limits.idleMs);
  }

  /** What comes meanwhile is worked after it. */
  private async settle(): Promise<void> {
    this.running = true;
    if (!(await this.worker.settle(this.isLive))) this.reset();
    this.running = false;
    if (this.records.length > 0) await this.run();
  }

  private readonly isLive = (): boolean => !this.stopped;

  private takeBatch(): LogRecord[] {
    const { batchRecords, batchBytes } = this.limits;
    let bytes = 0;
    let count = 0;
    while (count < this.records.length && count < batchRecords) {
      const next = bytes + valueBytes(this.records[count] as LogRecord);
      if (count > 0 && next > batchBytes) break;
      bytes = next;
      count += 1;
    }
    this.bytes -= bytes;
    return this.records.splice(0, count);
  }
}
