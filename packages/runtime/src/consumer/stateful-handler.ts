import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AvroCodec } from '../codec/port';
import { type BatchControl, type CommittedOffset, type HandlerFactory, leaveToNextOwner, type LogAdmin, type LogBatch, type LogProducer, type LogRecord, type OutgoingRecord, type PartitionHandler, Retriable, Rewound, StaleOwner, type TopicPartition, type Worked } from '../log/port';
import { schemaIdIn } from '../log/record-set';
import type { StateStore } from '../state/port';
import type { DeadLetters } from './dead-letters';
import { Laps, type Phase } from './laps';
import type { OwnedStates, StateBudget } from './owned-states';
import { cutAt, noteOf, publishedUntil } from './published-until';
import { type FoldContext, type Stage, Unreadable } from './stage';

export interface StatefulOptions<Input, Owned extends OwnedStates<Input>> {
  readonly group: string;
  readonly stage: (at: TopicPartition) => Stage<Input, Owned>;
  readonly store: StateStore;
  readonly producer: LogProducer;
  readonly deadLetters: DeadLetters;
  readonly codec: AvroCodec;
  readonly budget: StateBudget;
  /** Batches that may share a save; absent: each is saved. For consumers that read ahead: what is held needs `settle`. */
  readonly unsaved?: UnsavedLimits;
  readonly admin: LogAdmin;
  /** How far back the log is read again when the store has lost a partition's state. */
  readonly rebuildWindowMs: number;
  readonly observer: StatefulObserver;
  /** Clock, microseconds UTC. */
  readonly nowMicros: () => number;
}

/**
 * What may be worked before it is saved: a state that many records change is then saved once. What a crash leaves unsaved is worked,
 * and published, again. The first limit that is reached at the end of a batch counts.
 */
export interface UnsavedLimits {
  readonly records: number;
  /** States that they change: a save holds the store up for all others while it writes them. */
  readonly states: number;
  /** Since the first of them, at the end of the log: whoever looks at lag or states there finds them no older. */
  readonly ms: number;
}

export interface StatefulObserver {
  onStateLost(at: TopicPartition, fromOffset: number): void;
  /** The stage failed on a record `failures` times running. */
  onFoldFailed(record: LogRecord, error: unknown, failures: number): void;
  onPhase(phase: Phase, seconds: number): void;
  onResident(at: TopicPartition, states: number, bytesOfProcess: number): void;
}

/** How often a record may make the stage fail before it is dead-lettered. */
const MAX_FOLD_FAILURES = 3;
/** How long records are folded at a stretch before the process does something else. */
const YIELD_AFTER_MS = 50;
/** How many records are decoded, given their states and folded at a time. */
const PIECE_RECORDS = 512;
/** Unsaved states cannot be let go: beyond this share of the budget they are saved at once. */
const OVER_BUDGET = 1.1;

/**
 * The only loop of stateful consumers, a partition's batch at a time:
 *
 *   decode -> load the states that the batch touches -> fold (pure) -> publish -> save states, offset and epoch -> commit (the caller)
 *
 * Several batches may share a save (`unsaved`); when no more come, it is made by `settle`.
 *
 * What a crash leaves behind:
 * - before publish: nothing; the batch is worked again from the saved offset.
 * - after publish, before save: outputs are in the log, the state is as saved. All since then is worked again, perhaps cut
 *   elsewhere; fold is deterministic per record, so the same outputs with the same identities are published again.
 *   A failure that the process survives does the same: what is unsaved is dropped, and read again (Rewound).
 * - after save, before commit: Kafka's offset lags; the next owner starts from the offset saved with the state, and commits that.
 * - a second owner meanwhile: `open` took a new epoch, this owner's save is refused (StaleOwner) and changes nothing.
 * - the store lost writes (offset differs) or everything (offset null while the group has committed): the partition is opened
 *   anew, in the second case by reading the log again from `rebuildWindowMs` ago. What is worked up to where the group was changes
 *   states and is not published again (publishedUntil).
 */
export function statefulHandler<Input, Owned extends OwnedStates<Input>>(options: StatefulOptions<Input, Owned>): HandlerFactory {
  return (at) => new StatefulHandler(at, options);
}

interface Letter {
  readonly record: LogRecord;
  readonly reason: string;
}

/** What was decoded, and of which records. */
interface Readable<Input> {
  readonly records: LogRecord[];
  readonly inputs: Input[];
}

class StatefulHandler<Input, Owned extends OwnedStates<Input>> implements PartitionHandler {
  private readonly stage: Stage<Input, Owned>;
  private readonly states: Owned;
  private readonly owner;
  private readonly failures = new Map<number, number>();
  private epoch = 0;
  private savedOffset: number | null = null;
  /** What comes before this offset was published by an owner before. */
  private publishedUntil = 0;
  /** Worked since the last save: from where, up to where (the next offset), and how many records. */
  private unsaved: { readonly from: number; next: number; records: number; readonly sinceMicros: number } | null = null;
  /** Inputs of pieces before, for the next: each waits for the states of its piece, and made anew would outlive a collection or two. */
  private spares: Input[] = [];
  private working = false;
  private closed = false;

  constructor(
    private readonly at: TopicPartition,
    private readonly options: StatefulOptions<Input, Owned>,
  ) {
    this.stage = options.stage(at);
    this.states = this.stage.keep(options.budget);
    this.owner = { group: options.group, ...at };
  }

  async open(committed: CommittedOffset): Promise<number | null> {
    const { epoch, nextOffset } = await this.options.store.open(this.owner);
    this.epoch = epoch;
    this.savedOffset = nextOffset;
    this.publishedUntil = publishedUntil(committed);
    if (nextOffset !== null || committed.offset === null || committed.offset === 0) return nextOffset;
    const from = await this.rebuildFrom();
    this.options.observer.onStateLost(this.at, from);
    return from;
  }

  private async rebuildFrom(): Promise<number> {
    const since = this.options.nowMicros() / 1000 - this.options.rebuildWindowMs;
    const offsets = await this.options.admin.offsetsAt(this.at.topic, Math.floor(since));
    return offsets.find(({ partition }) => partition === this.at.partition)?.offset ?? 0;
  }

  async process(batch: LogBatch, control: BatchControl): Promise<Worked> {
    this.working = true;
    try {
      const { before, from } = cutAt(batch, this.publishedUntil);
      if (before) await this.work(before, control, false);
      if (from) await this.work(from, control, true);
      this.mustBeOpen();
      if (!this.isDue(batch)) return 'held';
      await this.save();
    } catch (error) {
      throw this.forget((batch.records[0] as LogRecord).offset, error);
    } finally {
      this.working = false;
    }
    return this.tellReached(control);
  }

  async settle(control: BatchControl): Promise<Worked> {
    if (!this.unsaved) return this.savedOffset === null ? 'committed' : this.tellReached(control);
    const { next } = this.unsaved;
    this.working = true;
    try {
      await this.save();
    } catch (error) {
      throw this.forget(next, error);
    } finally {
      this.working = false;
    }
    return this.tellReached(control);
  }

  /** While a rebuild works in silence, it commits by itself, with a note of up to where. */
  private async tellReached(control: BatchControl): Promise<Worked> {
    const saved = this.savedOffset as number;
    if (saved > this.publishedUntil) return undefined;
    // Outside of what a failure undoes: it is saved, and only how far the rebuild is would be told later.
    await control.commit(saved, noteOf(this.publishedUntil)).catch(leaveToNextOwner);
    return 'committed';
  }

  /** States may be half folded; what is stored is whole. What was worked before `at` and not saved is worked again with it. */
  private forget(at: number, error: unknown): unknown {
    this.states.clear();
    const from = this.unsaved?.from ?? Infinity;
    this.unsaved = null;
    const goesOn = error instanceof Error && !(error instanceof StaleOwner) && from < at;
    return goesOn ? new Rewound(from, error) : error;
  }

  private async work(batch: LogBatch, control: BatchControl, isNew: boolean): Promise<void> {
    const { options, stage } = this;
    const { records } = batch;
    const laps = new Laps();
    const at = { nowMicros: options.nowMicros() };
    const outputs: OutgoingRecord[] = [];
    const letters: Letter[] = [];
    const range = { ...this.at, fromOffset: (records[0] as LogRecord).offset, toOffset: (records.at(-1) as LogRecord).offset };
    const unsaved = (this.unsaved ??= { from: range.fromOffset, next: 0, records: 0, sinceMicros: at.nowMicros });
    // By pieces, so that what is made of a record is garbage soon, and not with all of its batch.
    for (let from = 0; from < records.length; from += PIECE_RECORDS) {
      const readable = await this.decode(records.slice(from, from + PIECE_RECORDS), letters);
      laps.end('decode');
      await this.load(readable.inputs);
      this.mustBeOpen();
      laps.end('load');
      await this.foldAll(readable, at, outputs, control);
      laps.end('fold');
    }
    if (stage.endBatch) outputs.push(...stage.endBatch(range, at, letters.map(({ record }) => record)));
    await control.heartbeat();
    if (letters.length > 0) await options.deadLetters.publish(letters);
    if (isNew && outputs.length > 0) await options.producer.send(outputs);
    // What they were read from is let go where nothing waits behind it.
    if (range.toOffset + 1 >= batch.highWatermark) this.spares = [];
    unsaved.next = range.toOffset + 1;
    unsaved.records += records.length;
    laps.end('publish');
    laps.tell((phase, seconds) => options.observer.onPhase(phase, seconds));
  }

  private isDue({ highWatermark }: LogBatch): boolean {
    const { unsaved: limits, budget, nowMicros } = this.options;
    const { next, records, sinceMicros } = this.unsaved as NonNullable<typeof this.unsaved>;
    if (!limits || records >= limits.records || this.states.unsaved >= limits.states || budget.used > OVER_BUDGET * budget.limitBytes) return true;
    return next >= highWatermark && nowMicros() - sinceMicros >= limits.ms * 1_000;
  }

  private async decode(records: readonly LogRecord[], letters: Letter[]): Promise<Readable<Input>> {
    const { codec } = this.options;
    const unknown = records.filter((record) => !codec.isKnown(schemaIdIn(record)));
    if (unknown.length > 0) await codec.learn(unknown.map(({ value }) => value));
    const readable: Readable<Input> = { records: [], inputs: [] };
    for (const record of records) {
      if (this.failures.size > 0 && (this.failures.get(record.offset) ?? 0) >= MAX_FOLD_FAILURES) {
        letters.push({ record, reason: `the rules failed on it ${MAX_FOLD_FAILURES} times` });
        continue;
      }
      try {
        const next = readable.records.length;
        readable.inputs.push((this.spares[next] = this.stage.decode(record, this.spares[next])));
        readable.records.push(record);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        letters.push({ record, reason: error.reason });
      }
    }
    return readable;
  }

  /** All states that the records touch: from memory where this owner has them, else in one pipelined read, and in one more of what those show. */
  private async load(inputs: readonly Input[]): Promise<void> {
    await this.add(this.states.touch(inputs));
    if (this.states.touchFurther) await this.add(this.states.touchFurther(inputs));
  }

  private async add(missing: readonly string[]): Promise<void> {
    if (missing.length > 0) this.states.add(missing, await this.options.store.load(this.owner, missing));
  }

  /** Records that take long leave time for heartbeats, health and the other partitions: this partition's wait for them all the same. */
  private async foldAll({ records, inputs }: Readable<Input>, at: FoldContext, outputs: OutgoingRecord[], control: BatchControl): Promise<void> {
    let yielded = performance.now();
    for (let next = 0; next < inputs.length; next += 1) {
      try {
        for (const output of this.stage.fold(inputs[next] as Input, this.states, at)) outputs.push(output);
      } catch (error) {
        const record = records[next] as LogRecord;
        const failures = (this.failures.get(record.offset) ?? 0) + 1;
        this.failures.set(record.offset, failures);
        this.options.observer.onFoldFailed(record, error, failures);
        throw new FoldFailed(record, error);
      }
      if (performance.now() - yielded < YIELD_AFTER_MS) continue;
      await nextTurn();
      await control.heartbeat();
      this.mustBeOpen();
      yielded = performance.now();
    }
  }

  private async save(): Promise<void> {
    const { states, options } = this;
    const { next } = this.unsaved as NonNullable<typeof this.unsaved>;
    const started = performance.now();
    const writes = states.takeWrites(options.nowMicros());
    await options.store.save(this.owner, { epoch: this.epoch, expectedOffset: this.savedOffset, nextOffset: next, writes });
    this.savedOffset = next;
    this.unsaved = null;
    for (const offset of this.failures.keys()) if (offset < next) this.failures.delete(offset);
    states.saved();
    options.observer.onPhase('save', (performance.now() - started) / 1_000);
    this.tellResident();
  }

  /** Closed in the middle of a batch, it has no states any more: their offset must not be saved without them. */
  private mustBeOpen(): void {
    if (this.closed) throw new Retriable(`${this.at.topic}-${this.at.partition} was closed`);
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.unsaved && !this.working) await this.save().catch(leaveToNextOwner);
    this.unsaved = null;
    this.states.clear();
    this.tellResident();
  }

  private tellResident(): void {
    const { budget, observer } = this.options;
    observer.onResident(this.at, this.states.size, budget.used);
  }
}

/** The stage failed on one record: the batch is worked again, and after MAX_FOLD_FAILURES without that record. */
export class FoldFailed extends Retriable {
  constructor(
    readonly record: LogRecord,
    cause: unknown,
  ) {
    super(`${record.topic}-${record.partition}@${record.offset}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}
