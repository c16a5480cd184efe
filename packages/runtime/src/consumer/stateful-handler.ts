import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AvroCodec } from '../codec/port';
import { type BatchControl, type CommittedOffset, type HandlerFactory, type LogAdmin, type LogBatch, type LogProducer, type LogRecord, type OutgoingRecord, type PartitionHandler, Retriable, type TopicPartition } from '../log/port';
import type { StateStore, StateWrite } from '../state/port';
import type { DeadLetters } from './dead-letters';
import { type Stage, Unreadable } from './stage';
import { type StateBudget, StateCache } from './state-cache';

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
    const { codec, observer } = this.options;
    await codec.learn(batch.records.map(({ value }) => value));
    let mark = performance.now();
    const lap = (phase: Parameters<StatefulObserver['onPhase']>[0]) => {
      const now = performance.now();
      observer.onPhase(phase, (now - mark) / 1000);
      mark = now;
    };
    const { inputs, letters } = this.decode(batch);
    lap('decode');
    const states = await this.load(inputs);
    lap('load');
    const outputs = await this.foldAll(batch, inputs, states, letters, control);
    lap('fold');
    await control.heartbeat();
    if (letters.length > 0) await this.options.deadLetters.publish(letters);
    if (outputs.length > 0) await this.options.producer.send(outputs);
    lap('publish');
    await this.save(batch, states);
    lap('save');
  }

  private decode(batch: LogBatch) {
    const inputs: { record: LogRecord; input: Input }[] = [];
    const letters: { record: LogRecord; reason: string }[] = [];
    for (const record of batch.records) {
      if ((this.failures.get(record.offset) ?? 0) >= MAX_FOLD_FAILURES) {
        letters.push({ record, reason: `the rules failed on it ${MAX_FOLD_FAILURES} times` });
        continue;
      }
      try {
        inputs.push({ record, input: this.stage.decode(record) });
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        letters.push({ record, reason: error.reason });
      }
    }
    return { inputs, letters };
  }

  /** All states that the batch touches: from memory where this owner has them, else in one pipelined read. */
  private async load(inputs: readonly { input: Input }[]): Promise<Map<string, State>> {
    const states = new Map<string, State>();
    const missing: string[] = [];
    for (const { input } of inputs) {
      for (const key of this.stage.keysOf(input)) {
        if (states.has(key)) continue;
        const held = this.cache.get(key);
        if (held === undefined) missing.push(key);
        states.set(key, held as State);
      }
    }
    const stored = await this.options.store.load(this.owner, missing);
    missing.forEach((key, index) => {
      const state = this.stage.restore(key, stored[index] ?? null);
      this.cache.add(key, state);
      states.set(key, state);
    });
    return states;
  }

  /** A batch that takes long leaves time for heartbeats, health and the other partitions: this partition's records wait for it all the same. */
  private async foldAll(batch: LogBatch, inputs: readonly { record: LogRecord; input: Input }[], states: Map<string, State>, letters: { record: LogRecord; reason: string }[], control: BatchControl): Promise<OutgoingRecord[]> {
    const at = { nowMicros: this.options.nowMicros() };
    const outputs: OutgoingRecord[] = [];
    let yielded = performance.now();
    for (const { record, input } of inputs) {
      try {
        const made = this.stage.fold(input, states, at);
        for (const output of made) outputs.push(output);
      } catch (error) {
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
    const range = { ...this.at, fromOffset: (batch.records[0] as LogRecord).offset, toOffset: (batch.records.at(-1) as LogRecord).offset };
    if (this.stage.endBatch) outputs.push(...this.stage.endBatch(range, at));
    for (const { record } of letters) this.failures.delete(record.offset);
    return outputs;
  }

  private async save(batch: LogBatch, states: ReadonlyMap<string, State>): Promise<void> {
    const writes: StateWrite[] = [];
    for (const [key, state] of states) {
      const write = this.stage.takeWrite(key, state);
      if (write) writes.push(write);
    }
    const nextOffset = (batch.records.at(-1) as LogRecord).offset + 1;
    await this.options.store.save(this.owner, { epoch: this.epoch, expectedOffset: this.savedOffset, nextOffset, writes });
    this.savedOffset = nextOffset;
    for (const { key } of writes) this.cache.changed(key);
    this.cache.trim();
    this.options.observer.onResident(this.at, this.cache.size, this.options.budget.used);
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
