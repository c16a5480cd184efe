import { partitionLags } from './group-lag';
import { type LogAdmin, partitionName, type TopicPartition } from './port';

export interface LagWatchOptions {
  readonly group: string;
  readonly everyMs: number;
  /** Partitions that this member was given last. */
  assigned(): readonly TopicPartition[];
  /** Records that are not committed yet; null when the partition is no longer this member's. */
  tell(at: TopicPartition, records: number | null): void;
}

/**
 * How far a group is behind, asked of the broker and not of the work: a consumer that waits for what is down, that hangs or was put out of
 * its group finishes no batch, and its lag is what tells. While the broker does not answer, what was told last stands.
 */
export class LagWatch {
  private readonly told = new Map<string, TopicPartition>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private closed = false;

  constructor(
    private readonly admin: LogAdmin,
    private readonly options: LagWatchOptions,
  ) {
    this.schedule();
  }

  /** Not at the same moment in all services: together their questions would be felt by whoever waits just then. */
  private schedule(): void {
    if (this.closed) return;
    this.timer = setTimeout(() => {
      this.looking = this.look().catch(() => undefined).then(() => this.schedule());
    }, this.options.everyMs * (0.5 + Math.random()));
    this.timer.unref();
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private async look(): Promise<void> {
    const assigned = new Map(this.options.assigned().map((at) => [partitionName(at), at]));
    for (const [name, at] of this.told) {
      if (assigned.has(name)) continue;
      this.told.delete(name);
      this.options.tell(at, null);
    }
    for (const topic of new Set([...assigned.values()].map((at) => at.topic))) await this.lookAt(topic, assigned);
  }

  private async lookAt(topic: string, assigned: ReadonlyMap<string, TopicPartition>): Promise<void> {
    for (const { partition, records } of await partitionLags(this.admin, this.options.group, topic)) {
      const at = assigned.get(partitionName({ topic, partition }));
      if (at === undefined) continue;
      this.told.set(partitionName(at), at);
      this.options.tell(at, records);
    }
  }
}
