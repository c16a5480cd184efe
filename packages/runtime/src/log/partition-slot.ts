import { type BatchControl, type CommittedOffset, type LogBatch, type LogRecord, type PartitionHandler, Rewound, type Worked } from './port';

/** What became of a batch that was offered to a slot. */
export type SlotOutcome =
  /** Worked (or already known); the next offset to read, to be committed unless it is held, or the handler does so itself. */
  | { readonly kind: 'done'; readonly nextOffset: number; readonly held: boolean }
  /** The handler's state is elsewhere in the log: read from there. */
  | { readonly kind: 'seek'; readonly offset: number };

/**
 * One assignment of one partition: opens the handler before the first batch, keeps the position, and drops records that
 * were worked before. The position is the handler's own (saved with its state), so Kafka's committed offset may lag
 * behind or be lost without a gap or a double effect.
 */
export class PartitionSlot {
  private position: number | null = null;
  private opened = false;
  private sought: number | null = null;
  private held: number | null = null;

  constructor(private readonly handler: PartitionHandler) {}

  get nextOffset(): number | null {
    return this.position;
  }

  async open(committed: CommittedOffset): Promise<void> {
    this.position = await this.handler.open(committed);
    this.opened = true;
  }

  /** First offset of what the handler holds, not durable yet; null: it holds nothing. */
  get heldFrom(): number | null {
    return this.held;
  }

  get isOpen(): boolean {
    return this.opened;
  }

  async offer(batch: LogBatch, control: BatchControl): Promise<SlotOutcome> {
    const first = (batch.records[0] as LogRecord).offset;
    const from = this.position;
    // Records between `from` and the batch may be gone (retention, compaction): seek once, then go on with what there is.
    if (from !== null && first > from && this.sought !== from) {
      this.sought = from;
      return { kind: 'seek', offset: from };
    }
    const fresh = from === null || first >= from ? batch.records : batch.records.filter((record) => record.offset >= from);
    const nextOffset = (batch.records.at(-1) as LogRecord).offset + 1;
    const isNew = fresh.length > 0;
    const worked = isNew ? await this.rewinding(this.handler.process({ ...batch, records: fresh }, control)) : await this.knownBefore(control);
    if (isNew) this.held = worked === 'held' ? (this.held ?? (fresh[0] as LogRecord).offset) : null;
    this.position = Math.max(from ?? 0, nextOffset);
    return { kind: 'done', nextOffset: this.position, held: worked !== undefined };
  }

  /**
   * Records that are all known may be held still. If they are not, an owner before died after it had saved that it worked them, and before it committed so:
   * then who looks at the committed offset (lag, the progress of the bonus rules) would find it behind until a new record comes.
   */
  private async knownBefore(control: BatchControl): Promise<Worked> {
    return this.held === null && this.handler.settle ? this.rewinding(this.handler.settle(control)) : 'held';
  }

  /** Has what is held made durable. The next offset to read, to be committed; null when there is nothing to commit. */
  async settle(control: BatchControl): Promise<number | null> {
    if (this.held === null || !this.handler.settle) return null;
    const worked = await this.rewinding(this.handler.settle(control));
    if (worked === 'held') return null;
    this.held = null;
    return worked === 'committed' ? null : this.position;
  }

  private async rewinding<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Rewound) [this.position, this.held] = [error.offset, null];
      throw error;
    }
  }

  async close(): Promise<void> {
    if (this.opened) await this.handler.close();
    this.opened = false;
  }
}
