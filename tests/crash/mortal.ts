import { type BatchControl, type HandlerFactory, type LogProducer, type MemoryLog, Retriable, Rewound, StaleOwner, type StateStore } from '@stakewatch/runtime';
import { PartitionSlot } from '../../packages/runtime/src/log/partition-slot';

/** The process is gone. */
export class Death extends Error {
  override readonly name = 'Death';
}

/**
 * Counts the steps that a process takes outside of itself, once before each has its effect and once after, and ends it at the one that the test says. Whoever took
 * that step is told, by Death; whatever else runs in the process stops where it next steps outside, as nothing is left that could answer it.
 */
export class Life {
  private taken = 0;
  private told = false;

  constructor(private readonly endsAt = Infinity) {}

  get steps(): number {
    return this.taken;
  }

  get isOver(): boolean {
    return this.taken >= this.endsAt;
  }

  async step<T>(effect: () => Promise<T>): Promise<T> {
    await this.tick();
    const result = await effect();
    await this.tick();
    return result;
  }

  private async tick(): Promise<void> {
    if (this.isOver) {
      if (this.told) return new Promise(() => undefined);
      this.told = true;
      throw new Death(`at step ${this.taken}`);
    }
    this.taken += 1;
  }
}

/** Records go one by one: a process may die when some of a call's are in the log. */
export function mortalProducer(producer: LogProducer, life: Life): LogProducer {
  return {
    async send(records) {
      for (const record of records) await life.step(() => producer.send([record]));
    },
    close: async () => undefined,
  };
}

export function mortalStore(store: StateStore, life: Life): StateStore {
  return {
    open: (owner) => life.step(() => store.open(owner)),
    load: (owner, keys) => life.step(() => store.load(owner, keys)),
    save: (owner, save) => life.step(() => store.save(owner, save)),
    clear: (owner) => life.step(() => store.clear(owner)),
  };
}

/** A member of a consumer group that reads one topic of a memory log as far as the test says: by the rules of the real ones (PartitionSlot). */
export class MortalReader {
  private readonly slots = new Map<number, PartitionSlot>();
  private readonly reads = new Map<number, number>();

  constructor(
    private readonly log: MemoryLog,
    private readonly group: string,
    private readonly topic: string,
    private readonly handler: HandlerFactory,
    private readonly life: Life,
  ) {}

  /** Offers up to `most` records, at the end of the log settles what is held; false: there is nothing more to do. What fails and can be tried again stays to be read. @throws {Death} */
  async read(partition: number, most: number): Promise<boolean> {
    const at = { topic: this.topic, partition };
    const slot = await this.slotOf(partition);
    const list = this.log.partitions(this.topic)[partition] ?? [];
    const from = this.reads.get(partition) as number;
    const commit = (offset: number, metadata?: string) => this.life.step(async () => this.log.commit(this.group, at, offset, metadata));
    const control: BatchControl = { isOwner: () => true, heartbeat: async () => undefined, commit };
    try {
      if (from >= list.length) {
        const settled = await slot.settle(control);
        if (settled !== null) await commit(settled);
        return false;
      }
      const outcome = await slot.offer({ ...at, records: list.slice(from, from + most), highWatermark: list.length }, control);
      if (outcome.kind === 'done' && !outcome.held) await commit(outcome.nextOffset);
      this.reads.set(partition, outcome.kind === 'done' ? outcome.nextOffset : outcome.offset);
    } catch (error) {
      // A handler may take its own end for a failure that it survives.
      if (this.life.isOver) throw new Death();
      if (error instanceof Rewound) this.reads.set(partition, error.offset);
      else if (error instanceof StaleOwner) this.slots.delete(partition);
      else if (!(error instanceof Retriable)) throw error;
    }
    return true;
  }

  async readAll(most: number): Promise<void> {
    for (const partition of this.log.partitions(this.topic).keys()) while (await this.read(partition, most));
  }

  /** Without waiting for a record, as `openOnAssignment` does. */
  async open(partition: number): Promise<void> {
    const { nextOffset } = await this.slotOf(partition);
    if (nextOffset !== null) this.reads.set(partition, nextOffset);
  }

  private async slotOf(partition: number): Promise<PartitionSlot> {
    let slot = this.slots.get(partition);
    if (slot) return slot;
    const at = { topic: this.topic, partition };
    const committed = this.log.committed(this.group, at);
    slot = new PartitionSlot(this.handler(at));
    await slot.open(committed);
    this.slots.set(partition, slot);
    // A group's member fetches from what is committed, also where the handler has come further.
    this.reads.set(partition, committed.offset ?? 0);
    return slot;
  }
}
