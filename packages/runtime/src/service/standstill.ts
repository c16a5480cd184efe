import { partitionName, type TopicPartition } from '../log/port';

/** Longer than any pause between two attempts with what they wait for: a partition that moved while it stood is not spoken of again. */
const FORGOTTEN_AFTER_MS = 60_000;

/** Partitions whose batch has failed and is not done yet: a store or Kafka hangs, though its connection may stand. */
export class Standstill {
  private readonly failing = new Map<string, { readonly reason: string; readonly atMs: number }>();

  constructor(private readonly nowMs: () => number) {}

  failed(at: TopicPartition, error: Error): void {
    this.failing.set(partitionName(at), { reason: `${at.topic} stands: ${error.message}`, atMs: this.nowMs() });
  }

  /** A batch was done, or the partition is another's now. */
  over(at: TopicPartition): void {
    this.failing.delete(partitionName(at));
  }

  /** Null when work goes on. */
  get reason(): string | null {
    const since = this.nowMs() - FORGOTTEN_AFTER_MS;
    for (const [name, { reason, atMs }] of this.failing) {
      if (atMs > since) return reason;
      this.failing.delete(name);
    }
    return null;
  }
}
