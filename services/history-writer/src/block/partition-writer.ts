import { type BatchControl, type CommittedOffset, type LogBatch, type LogRecord, type PartitionHandler, Retriable, type TopicPartition } from '@stakewatch/runtime';
import type { BlockWriter } from '../table/block-writer';
import type { ByteBudget } from './byte-budget';
import { type BlockLimits, type BlockPlan, cutBlocks, readPlan, tokenOf, writePlan } from './plan';

export interface PartitionWriterDeps {
  readonly writer: BlockWriter;
  readonly budget: ByteBudget;
  readonly limits: BlockLimits;
}

const HEARTBEAT_MS = 1_000;

/**
 * One partition into its table, each record once. Per block:
 * 1. the block before is durable (wait for it);
 * 2. commit {offset: from, metadata: plan up to `to`}, fenced by the group's generation. A crash before: the records are read again
 *    and planned anew. After: whoever opens the partition next finds the plan and writes exactly this block, under the same token;
 * 3. insert under the token `topic/partition/from-to`. A crash during or after: the plan is still committed, the redone block is dropped
 *    by its token where it had been inserted;
 * 4. the next plan's commit, or the loop's, says that the block is durable.
 * While a block is being inserted the next is fetched ('held'); when the log is read to its end, `process` waits for the insert.
 */
export class PartitionWriter implements PartitionHandler {
  private readonly stop = new AbortController();
  /** Next offset that is neither gathered nor in a block. */
  private taken: number | null = null;
  private redo: BlockPlan | null = null;
  private gathered: LogRecord[] = [];
  private inFlight: Promise<void> | null = null;
  private failure: unknown = null;

  constructor(
    private readonly at: TopicPartition,
    private readonly deps: PartitionWriterDeps,
  ) {}

  async open(committed: CommittedOffset): Promise<number | null> {
    this.redo = readPlan(committed.offset, committed.metadata);
    try {
      await this.deps.writer.takeOver(this.at.partition);
    } catch (error) {
      throw new Retriable('rows of the partition cannot be read', { cause: error });
    }
    return null;
  }

  async process(batch: LogBatch, control: BatchControl): Promise<void | 'held'> {
    let fresh = batch.records.filter(({ offset }) => this.taken === null || offset >= this.taken);
    if (this.redo !== null) {
      fresh = this.gather(this.redo, fresh);
      if (!isWhole(this.redo, this.gathered, fresh, batch)) return 'held';
      await this.writeGathered(this.redo, control);
    }
    for (const block of cutBlocks(fresh, this.deps.limits)) {
      const plan = { from: (block[0] as LogRecord).offset, to: (block.at(-1) as LogRecord).offset };
      await this.settled(control);
      await control.commit(plan.from, writePlan(plan));
      await this.start(block, plan, control);
    }
    const end = (batch.records.at(-1) as LogRecord).offset + 1;
    if (end < batch.highWatermark) return 'held';
    await this.settled(control);
  }

  /** What is not durable is read again by the next owner, from the committed plan. */
  async close(): Promise<void> {
    this.stop.abort();
    await this.inFlight;
  }

  private gather(redo: BlockPlan, fresh: readonly LogRecord[]): LogRecord[] {
    const within = fresh.filter(({ offset }) => offset <= redo.to);
    this.gathered.push(...within);
    const last = within.at(-1);
    if (last) this.taken = last.offset + 1;
    return fresh.slice(within.length);
  }

  private async writeGathered(redo: BlockPlan, control: BatchControl): Promise<void> {
    const last = this.gathered.at(-1);
    // The log may have lost its newest records since the plan: another block then, under another token.
    const plan = last === undefined || last.offset === redo.to ? redo : { from: redo.from, to: last.offset };
    const records = this.gathered;
    this.gathered = [];
    this.redo = null;
    if (records.length > 0) await this.start(records, plan, control);
  }

  private async start(records: readonly LogRecord[], plan: BlockPlan, control: BatchControl): Promise<void> {
    const bytes = records.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
    this.taken = plan.to + 1;
    this.inFlight = this.deps.budget
      .take(bytes)
      .then(() => this.deps.writer.write(records, tokenOf(this.at.topic, this.at.partition, plan), this.stop.signal).finally(() => this.deps.budget.give(bytes)))
      .catch((error: unknown) => void (this.failure = error))
      .finally(() => (this.inFlight = null));
    await control.heartbeat();
  }

  /** Waits for the block in work. @throws what its write threw, or Retriable when the partition is no longer ours. */
  private async settled(control: BatchControl): Promise<void> {
    while (this.inFlight !== null) {
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([this.inFlight, new Promise((resolve) => (timer = setTimeout(resolve, HEARTBEAT_MS)))]);
      clearTimeout(timer);
      if (this.inFlight === null) break;
      if (!control.isOwner()) throw new Retriable('the partition is being let go');
      await control.heartbeat();
    }
    if (this.failure !== null) throw this.failure;
  }
}

/** All of a planned block has been read: its last record, one beyond it, or the end of a log that no longer has it. */
function isWhole(redo: BlockPlan, gathered: readonly LogRecord[], beyond: readonly LogRecord[], batch: LogBatch): boolean {
  return beyond.length > 0 || gathered.at(-1)?.offset === redo.to || batch.highWatermark <= redo.to;
}
