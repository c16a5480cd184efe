import type { StateWrite } from '../state/port';
import { hourOf, isKeptLongEnough, type OwnedStates, type StateBudget } from './owned-states';
import type { States } from './stage';

/** What the cache has to know of states that are found by their keys. */
export interface KeyedStates<Input, State> {
  /** Keys of the states that `input` reads or changes. */
  keysOf(input: Input): readonly string[];
  /** Keys of more states, which only show when those of `keysOf` are here; absent: there are none. */
  readonly furtherKeysOf?: (input: Input, states: States<State>) => readonly string[];
  /** From the bytes stored under `key` (null: none yet). */
  restore(key: string, bytes: Buffer | null): State;
  /** What changed since the last call, to be saved; null when nothing did. */
  takeWrite(key: string, state: State): StateWrite | null;
  /** Bytes a state holds in memory. */
  sizeOf(state: State): number;
}

interface CachedState<State> {
  readonly key: string;
  readonly state: State;
  bytes: number;
  /** Used since the trim that last came by. */
  used: boolean;
  touched: boolean;
  toldAt: number;
}

/** States as objects, by their keys. Second chance: a use marks the entry, trim takes the mark and puts it back to the young end of the map's order. */
export class StateCache<Input, State> implements OwnedStates<Input> {
  private readonly entries = new Map<string, CachedState<State>>();
  /** Since the last save, each once. */
  private touched: CachedState<State>[] = [];

  constructor(
    private readonly budget: StateBudget,
    private readonly keyed: KeyedStates<Input, State>,
  ) {}

  touch(inputs: readonly Input[]): readonly string[] {
    return this.touchAll(inputs, (input) => this.keyed.keysOf(input));
  }

  touchFurther(inputs: readonly Input[]): readonly string[] {
    const { furtherKeysOf } = this.keyed;
    return furtherKeysOf ? this.touchAll(inputs, (input) => furtherKeysOf(input, this)) : [];
  }

  private touchAll(inputs: readonly Input[], keysOf: (input: Input) => readonly string[]): readonly string[] {
    const missing = new Set<string>();
    for (const input of inputs) {
      for (const key of keysOf(input)) {
        const entry = this.entries.get(key);
        if (entry) this.note(entry);
        else missing.add(key);
      }
    }
    return [...missing];
  }

  private note(entry: CachedState<State>): void {
    entry.used = true;
    if (entry.touched) return;
    entry.touched = true;
    this.touched.push(entry);
  }

  add(keys: readonly string[], stored: readonly (Buffer | null)[]): void {
    keys.forEach((key, index) => {
      const state = this.keyed.restore(key, stored[index] ?? null);
      const entry = { key, state, bytes: this.keyed.sizeOf(state), used: true, touched: true, toldAt: 0 };
      this.entries.set(key, entry);
      this.touched.push(entry);
      this.budget.used += entry.bytes;
    });
  }

  /** A state that is here. */
  get(key: string): State | undefined {
    return this.entries.get(key)?.state;
  }

  takeWrites(nowMicros: number): readonly StateWrite[] {
    const hour = hourOf(nowMicros);
    const writes: StateWrite[] = [];
    for (const entry of this.touched) {
      const write = this.keyed.takeWrite(entry.key, entry.state);
      if (!write) continue;
      const { key, op, bytes } = write;
      if (isKeptLongEnough(op, entry.toldAt, hour)) writes.push({ key, op, ...(bytes && { bytes }) });
      else {
        entry.toldAt = hour;
        writes.push(write);
      }
    }
    return writes;
  }

  saved(): void {
    for (const entry of this.touched) {
      entry.touched = false;
      const bytes = this.keyed.sizeOf(entry.state);
      this.budget.used += bytes - entry.bytes;
      entry.bytes = bytes;
    }
    this.touched = [];
    this.trim();
  }

  /** One pass: what was used since the last one stays, over the budget or not, as the next batch will most likely need it again. */
  private trim(): void {
    let left = this.entries.size;
    for (const [key, entry] of this.entries) {
      if (left === 0 || this.budget.used <= this.budget.limitBytes) return;
      left -= 1;
      this.entries.delete(key);
      if (entry.used) {
        entry.used = false;
        this.entries.set(key, entry);
      } else this.budget.used -= entry.bytes;
    }
  }

  clear(): void {
    for (const { bytes } of this.entries.values()) this.budget.used -= bytes;
    this.entries.clear();
    this.touched = [];
  }

  get size(): number {
    return this.entries.size;
  }

  get unsaved(): number {
    return this.touched.length;
  }
}

/** For a stage's `keep`. */
export function keyedStates<Input, State>(keyed: KeyedStates<Input, State>): (budget: StateBudget) => StateCache<Input, State> {
  return (budget) => new StateCache(budget, keyed);
}
