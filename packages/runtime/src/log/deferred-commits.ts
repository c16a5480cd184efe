import { partitionName, type TopicPartition } from './port';

export interface CommitOffset extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number;
}

/**
 * Offsets that may be committed later than they are reached, all partitions in one request. A broker gathers commits for some
 * milliseconds before it answers (group.coordinator.append.linger.ms), which nobody who waits for a decision should wait for.
 * A crash loses what is pending: only for handlers that keep their own position with their state.
 */
export class DeferredCommits {
  private readonly pending = new Map<string, CommitOffset>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> | undefined;

  /** `commit` may fail: then the same is tried again an interval later, with what came in between. `onUnknown` gets errors that no repetition mends. */
  constructor(
    private readonly intervalMs: number,
    private readonly commit: (offsets: readonly CommitOffset[]) => Promise<void>,
    private readonly mends: (error: unknown) => boolean,
    private readonly onUnknown: (error: unknown) => void,
  ) {}

  add(offset: CommitOffset): void {
    this.pending.set(partitionName(offset), offset);
    this.schedule();
  }

  /** The partition is somebody else's now: committing it would take the group back. */
  forget(at: TopicPartition): void {
    this.pending.delete(partitionName(at));
  }

  /** Commits what is pending now and stops: what is added afterwards is not committed. */
  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.running;
    await this.flush();
    clearTimeout(this.timer);
    this.pending.clear();
  }

  private schedule(): void {
    if (this.timer || this.pending.size === 0) return;
    this.timer = setTimeout(() => {
      this.running = this.flush().finally(() => (this.running = undefined));
    }, this.intervalMs);
  }

  private async flush(): Promise<void> {
    const offsets = [...this.pending.values()];
    try {
      if (offsets.length > 0) await this.commit(offsets);
      for (const offset of offsets) if (this.pending.get(partitionName(offset)) === offset) this.pending.delete(partitionName(offset));
    } catch (error) {
      if (!this.mends(error)) this.onUnknown(error);
    }
    this.timer = undefined;
    this.schedule();
  }
}
