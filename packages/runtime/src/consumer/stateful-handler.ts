import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AvroCodec } from '../codec/port';
import { type BatchControl, type CommittedOffset, type HandlerFactory, type LogAdmin, type LogBatch, type LogProducer, type LogRecord, type OutgoingRecord, type PartitionHandler, Retriable, type TopicPartition } from '../log/port';
import type { StateStore, StateWrite } from '../state/port';
import type { DeadLetters } from './dead-letters';
import { type FoldContext, type Stage, Unreadable } from './stage';
import { type CachedState, type StateBudget, StateCache } from './state-cache';

export interface StatefulOptions<Input, State> {
  readonly group: string;
  readonly stage: (at: TopicPartition) => Stage<Input, State>;
  readonly store: StateStore;
  readonly producer: LogProducer;
  readonly deadLetters: DeadLetters;
  readonly codec: AvroCodec;
  readonly budget: StateBudget;
  readonly admin: LogAdmin;
  /** How far back the log is read again when the store has lost a partition's state. */
  readonly rebuildWindowMs: number;
  readonly observer: StatefulObserver;
  /** Clock, microseconds UTC. */
  readonly nowMicros: () => number;
}

export interface StatefulObserver {
  onStateLost(at: TopicPartition, fromOffset: number): void;
  /** The stage failed on a record `failures` times running. */
  onFoldFailed(record: LogRecord, error: unknown, failures: number): void;
  onPhase(phase: 'decode' | 'load' | 'fold' | 'publish' | 'save', seconds: number): void;
  onResident(at: TopicPartition, states: number, bytesOfProcess: number): void;
}

/** How often a record may make the stage fail before it is dead-lettered. */
const MAX_FOLD_FAILURES = 3;
/** How long records are folded at a stretch before the process does something else. */
const YIELD_AFTER_MS = 50;
/** How many records are decoded, given their states and folded at a time. */
const PIECE_RECORDS = 512;
/** How often at most the store is told how long to keep a state: it may be forgotten by so much earlier. */
const KEPT_ANEW_AFTER_HOURS = 24;
const MICROS_PER_HOUR = 3_600_000_000;

/**
 * The only loop of stateful consumers, a partition's batch at a time:
 *
 *   decode -> load the states that the batch touches -> fold (pure) -> publish -> save states, offset and epoch -> commit (the caller)
 *
 * What a crash leaves behind:
 * - before publish: nothing; the batch is worked again from the saved offset.
 * - after publish, before save: outputs are in the log, the state is as before. The batch is worked again, perhaps cut
 *   elsewhere; fold is deterministic per record, so the same outputs with the same identities are published again.
 * - after save, before commit: Kafka's offset lags; the next owner starts from the offset saved with the state.
 * - a second owner meanwhile: `open` took a new epoch, this owner's save is refused (StaleOwner) and changes nothing.
 * - the store lost writes (offset differs) or everything (offset null while the group has committed): the partition is opened
 *   anew, in the second case by reading the log again from `rebuildWindowMs` ago.
 */
export function statefulHandler<Input, State>(options: StatefulOptions<Input, State>): HandlerFactory {
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

type Phase = Parameters<StatefulObserver['onPhase']>[0];

/** Time spent in each phase of one batch. */
class Laps {
  private mark = performance.now();
  private readonly spent = new Map<Phase, number>();

  end(phase: Phase): void {
    const now = performance.now();
    this.spent.set(phase, (this.spent.get(phase) ?? 0) + now - this.mark);
    this.mark = now;
  }

  tell(observer: StatefulObserver): void {
    for (const [phase, milliseconds] of this.spent) observer.onPhase(phase, milliseconds / 1_000);
  }
}

class StatefulHandler<Input, State> implements PartitionHandler {
  private readonly stage: Stage<Input, State>;
  private readonly cache: StateCache<State>;
  private readonly owner;
  private readonly failures = new Map<number, number>();
  private epoch = 0;
  private savedOffset: number | null = null;

  constructor(
    private readonly at: TopicPartition,
    private readonly options: StatefulOptions<Input, State>,
  ) {
    this.stage = options.stage(at);
    this.cache = new StateCache(options.budget, (state) => this.stage.sizeOf(state), (state) => this.stage.release?.(state));
    this.owner = { group: options.group, ...at };
  }

  async open(committed: CommittedOffset): Promise<number | null> {
    const { epoch, nextOffset } = await this.options.store.open(this.owner);
    this.epoch = epoch;
    this.savedOffset = nextOffset;
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

  async process(batch: LogBatch, control: BatchControl): Promise<void> {
    try {
      await this.work(batch, control);
    } catch (error) {
      // States may be half folded; what is stored is whole.
      this.cache.clear();
      throw error;
    }
  }

  private async work(batch: LogBatch, control: BatchControl): Promise<void> {
    const { options, cache, stage } = this;
    const { records } = batch;
    await options.codec.learn(records.map(({ value }) => value));
    const laps = new Laps();
    const at = { nowMicros: options.nowMicros() };
    const outputs: OutgoingRecord[] = [];
    const letters: Letter[] = [];
    cache.beginBatch();
    // By pieces, so that what is made of a record is garbage soon, and not with all of its batch.
    for (let from = 0; from < records.length; from += PIECE_RECORDS) {
      const readable = this.decode(records.slice(from, from + PIECE_RECORDS), letters);
      laps.end('decode');
      await this.load(readable.inputs);
      laps.end('load');
      await this.foldAll(readable, at, outputs, control);
      laps.end('fold');
    }
    const range = { ...this.at, fromOffset: (records[0] as LogRecord).offset, toOffset: (records.at(-1) as LogRecord).offset };
    if (stage.endBatch) outputs.push(...stage.endBatch(range, at));
    for (const { record } of letters) this.failures.delete(record.offset);
    await control.heartbeat();
    if (letters.length > 0) await options.deadLetters.publish(letters);
    if (outputs.length > 0) await options.producer.send(outputs);
    laps.end('publish');
    await this.save(range.toOffset + 1);
    laps.end('save');
    laps.tell(options.observer);
  }

  private decode(records: readonly LogRecord[], letters: Letter[]): Readable<Input> {
    const readable: Readable<Input> = { records: [], inputs: [] };
    for (const record of records) {
      if (this.failures.size > 0 && (this.failures.get(record.offset) ?? 0) >= MAX_FOLD_FAILURES) {
        letters.push({ record, reason: `the rules failed on it ${MAX_FOLD_FAILURES} times` });
        continue;
      }
      try {
        readable.inputs.push(this.stage.decode(record));
        readable.records.push(record);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        letters.push({ record, reason: error.reason });
      }
    }
    return readable;
  }

  /** All states that the records touch: from memory where this owner has them, else in one pipelined read. */
  private async load(inputs: readonly Input[]): Promise<void> {
    const { cache, stage } = this;
    const missing = new Set<string>();
    for (const input of inputs) {
      for (const key of stage.keysOf(input)) if (!cache.touch(key)) missing.add(key);
    }
    if (missing.size === 0) return;
    const keys = [...missing];
    const stored = await this.options.store.load(this.owner, keys);
    keys.forEach((key, index) => cache.add(key, stage.restore(key, stored[index] ?? null)));
  }

  /** Records that take long leave time for heartbeats, health and the other partitions: this partition's wait for them all the same. */
  private async foldAll({ records, inputs }: Readable<Input>, at: FoldContext, outputs: OutgoingRecord[], control: BatchControl): Promise<void> {
    let yielded = performance.now();
    for (let next = 0; next < inputs.length; next += 1) {
      try {
        for (const output of this.stage.fold(inputs[next] as Input, this.cache, at)) outputs.push(output);
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
      yielded = performance.now();
    }
  }

  private async save(nextOffset: number): Promise<void> {
    const { cache, stage, options } = this;
    const writes: StateWrite[] = [];
    const written: CachedState<State>[] = [];
    const hour = Math.floor(options.nowMicros() / MICROS_PER_HOUR);
    for (const entry of cache.touched) {
      const write = stage.takeWrite(entry.key, entry.state);
      if (!write) continue;
      writes.push(this.keptLongEnough(entry, write, hour));
      written.push(entry);
    }
    await options.store.save(this.owner, { epoch: this.epoch, expectedOffset: this.savedOffset, nextOffset, writes });
    this.savedOffset = nextOffset;
    for (const entry of written) cache.changed(entry);
    cache.trim();
    options.observer.onResident(this.at, cache.size, options.budget.used);
  }

  /** How long a state is kept is told once a day: with each append, it is as dear to the store as the append itself. */
  private keptLongEnough(entry: CachedState<State>, write: StateWrite, hour: number): StateWrite {
    if (write.op === 'append' && hour - entry.keptFrom < KEPT_ANEW_AFTER_HOURS) return { key: write.key, op: write.op, ...(write.bytes && { bytes: write.bytes }) };
    entry.keptFrom = hour;
    return write;
  }

  async close(): Promise<void> {
    this.cache.clear();
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
