import { CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, type BatchControl, type CommittedOffset, type LogAdmin, type LogBatch, type LogProducer, type LogRecord, type OutgoingRecord, type PartitionHandler, partitionOf, progressRecord, publishedUntil, type TopicPartition, type Worked } from '@stakewatch/runtime';

export interface ActivityProgressDeps {
  readonly codec: AvroCodec;
  readonly producer: LogProducer;
  readonly admin: Pick<LogAdmin, 'offsets' | 'committed'>;
  /** Partitions of bonus.changes.v1. */
  readonly partitions: number;
  readonly nowMillis: () => number;
  /** Called once for each time of trouble; what could not be told is tried again. */
  onTrouble(error: unknown): void;
  /** Milliseconds between two looks, while there is something to tell. Default 200. */
  readonly everyMs?: number;
}

const EVERY_MS = 200;
const HANDED_TO = TOPICS.bonusChanges.name;
const SCORER = CONSUMER_GROUPS.bonusScorer.name;

/** Events of a partition before `next` are saved as handed on, to these partitions; null: to any of them. */
interface Reached {
  readonly next: number;
  readonly into: ReadonlySet<number> | null;
}

/** They count as seen when the scorer has committed these offsets. */
interface Awaited {
  readonly next: number;
  readonly until: ReadonlyMap<number, number>;
}

/**
 * Says up to where the bonus rules have seen the betting events of each partition (processing.progress.v1), for the status of events.
 * The activity handler only packs events into bonus.changes.v1; a range of them has been seen when the scorer's group, whichever instances
 * it has, has committed what bonus.changes.v1 held after the range was handed on: it commits what it has decided on and saved.
 *
 * Any number of batches share a record, one a partition and look. It is said beside the work, never before it. A crash loses what was
 * not said yet: who opens the partition next says it of all events before its saved position, as soon as the scorer has caught up.
 */
export class ActivityProgress {
  private readonly followed = new Set<FollowedPartition>();
  private timer: NodeJS.Timeout | undefined;
  private running: Promise<void> = Promise.resolve();
  private inTrouble = false;
  private stopped = false;

  constructor(private readonly deps: ActivityProgressDeps) {}

  /** The handler of one assignment, followed. It must publish by the producer that it is made with. */
  follow(at: TopicPartition, make: (producer: LogProducer) => PartitionHandler): PartitionHandler {
    const partition: FollowedPartition = new FollowedPartition(at, this.deps, make, {
      opened: () => void this.followed.add(partition),
      reached: () => this.schedule(),
      closed: () => void this.followed.delete(partition),
    });
    return partition;
  }

  /** Ends what is under way; nothing is said afterwards. */
  async close(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    if (this.stopped || this.timer !== undefined) return;
    this.timer = setTimeout(() => {
      this.running = this.look().then(() => {
        this.timer = undefined;
        if ([...this.followed].some((partition) => partition.hasToTell)) this.schedule();
      });
    }, this.deps.everyMs ?? EVERY_MS);
  }

  private async look(): Promise<void> {
    try {
      await this.ask();
      await this.tell();
      this.inTrouble = false;
    } catch (error) {
      if (!this.inTrouble) this.deps.onTrouble(error);
      this.inTrouble = true;
    }
  }

  /** What was handed on before now stands before the ends as they are now. */
  private async ask(): Promise<void> {
    const reached = [...this.followed].flatMap((partition) => (partition.mayAsk() ? [{ partition, what: partition.reached as Reached }] : []));
    if (reached.length === 0) return;
    const ends = await this.deps.admin.offsets(HANDED_TO);
    for (const { partition, what } of reached) {
      // A partition that holds nothing any more has nothing to be seen.
      const holding = ends.filter(({ partition: into, first, next }) => next > first && (what.into?.has(into) ?? true));
      partition.await(what, new Map(holding.map(({ partition: into, next }) => [into, next])));
    }
  }

  private async tell(): Promise<void> {
    const awaiting = [...this.followed].filter(({ awaited }) => awaited !== null);
    if (awaiting.length === 0) return;
    const asks = awaiting.some(({ awaited }) => (awaited as Awaited).until.size > 0);
    const committed = new Map(asks ? (await this.deps.admin.committed(SCORER, HANDED_TO)).map(({ partition, offset }) => [partition, offset ?? 0]) : []);
    const seen = awaiting.flatMap((partition) => (hasReached(partition.awaited as Awaited, committed) ? [{ partition, next: (partition.awaited as Awaited).next }] : []));
    if (seen.length === 0) return;
    const processedAt = Math.floor(this.deps.nowMillis());
    // Not acknowledged, it is said again: a range that is said twice has been seen all the same.
    await this.deps.producer.send(seen.map(({ partition, next }) => this.recordOf(partition, next, processedAt)));
    for (const { partition, next } of seen) partition.told(next);
  }

  private recordOf({ at, saidBefore }: FollowedPartition, next: number, processedAt: number): OutgoingRecord {
    return progressRecord(this.deps.codec, SCORER, { ...at, fromOffset: saidBefore, toOffset: next - 1 }, { processed_at: processedAt });
  }
}

function hasReached({ until }: Awaited, committed: ReadonlyMap<number, number>): boolean {
  for (const [partition, offset] of until) if ((committed.get(partition) ?? 0) < offset) return false;
  return true;
}

/** One assignment: the handler as it is, and how far it has come. */
class FollowedPartition implements PartitionHandler {
  reached: Reached | null = null;
  awaited: Awaited | null = null;
  /** Nothing was said of this offset and those after it. */
  saidBefore = 0;
  /** Where the batches went that are not saved yet. */
  private into = new Set<number>();
  private readonly handler: PartitionHandler;

  constructor(
    readonly at: TopicPartition,
    private readonly deps: ActivityProgressDeps,
    make: (producer: LogProducer) => PartitionHandler,
    private readonly on: { opened(): void; reached(): void; closed(): void },
  ) {
    this.handler = make({ send: (records) => this.send(records), close: async () => undefined });
  }

  get hasToTell(): boolean {
    return this.reached !== null || this.awaited !== null;
  }

  async open(committed: CommittedOffset): Promise<number | null> {
    const own = await this.handler.open(committed);
    this.on.opened();
    // Of a state that was lost all up to where the group was: it was handed on then.
    const next = Math.max(own ?? 0, publishedUntil(committed));
    // The owner before may not have said so of its last ones, and did not leave where it handed them to.
    if (next > 0) this.reach({ next, into: null });
    return own;
  }

  async process(batch: LogBatch, control: BatchControl): Promise<Worked> {
    // A batch that fails is worked again, and goes to the same partitions.
    const worked = await this.handler.process(batch, control);
    if (worked !== undefined) return worked;
    const { into } = this;
    this.into = new Set();
    this.reach({ next: (batch.records.at(-1) as LogRecord).offset + 1, into });
    return undefined;
  }

  async close(): Promise<void> {
    this.on.closed();
    await this.handler.close();
  }

  /** One question at a time: what comes meanwhile is asked for together, next. */
  mayAsk(): boolean {
    return this.awaited === null && this.reached !== null;
  }

  await(what: Reached, until: ReadonlyMap<number, number>): void {
    this.awaited = { next: what.next, until };
    // What was reached meanwhile stays, with where the earlier ones went: it waits for a little more than it must.
    if (this.reached === what) this.reached = null;
  }

  told(next: number): void {
    this.saidBefore = next;
    this.awaited = null;
  }

  private reach({ next, into }: Reached): void {
    const before = this.reached;
    this.reached = { next, into: before === null ? into : before.into === null || into === null ? null : new Set([...before.into, ...into]) };
    this.on.reached();
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    for (const { topic, key } of records) if (topic === HANDED_TO && key !== null) this.into.add(partitionOf(Buffer.from(key), this.deps.partitions));
    await this.deps.producer.send(records);
  }
}
