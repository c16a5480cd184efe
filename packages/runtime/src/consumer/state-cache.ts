/**
 * The states a partition's owner keeps in memory, within a budget of bytes that all partitions of a process share. Those that
 * were not used for long are let go. Only saved states ever are (trim is called after a save), so it loses nothing.
 */
export class StateBudget {
  used = 0;
  constructor(readonly limitBytes: number) {}
}

export interface CachedState<State> {
  readonly key: string;
  readonly state: State;
  bytes: number;
  /** Used since the trim that last came by. */
  used: boolean;
  /** The batch that last touched it. */
  batch: number;
  /** When the store was last told how long to keep it; hours, 0: not since it was loaded. */
  keptFrom: number;
}

/** Second chance: a use marks the entry, trim puts what is marked back to the young end of the map's order. */
export class StateCache<State> {
  private readonly entries = new Map<string, CachedState<State>>();
  private batch = 0;
  /** What the batch at hand touches, each once. */
  touched: CachedState<State>[] = [];

  constructor(
    private readonly budget: StateBudget,
    private readonly sizeOf: (state: State) => number,
    /** Called with each state that is let go. */
    private readonly release: (state: State) => void = () => undefined,
  ) {}

  beginBatch(): void {
    this.batch += 1;
    this.touched = [];
  }

  /** Whether the state is here; if so, the batch at hand touches it. */
  touch(key: string): boolean {
    const entry = this.entries.get(key);
    if (!entry) return false;
    entry.used = true;
    if (entry.batch !== this.batch) {
      entry.batch = this.batch;
      this.touched.push(entry);
    }
    return true;
  }

  get(key: string): State | undefined {
    return this.entries.get(key)?.state;
  }

  /** Adds a state that is not there yet; the batch at hand touches it. */
  add(key: string, state: State): void {
    const entry = { key, state, bytes: this.sizeOf(state), used: false, batch: this.batch, keptFrom: 0 };
    this.entries.set(key, entry);
    this.touched.push(entry);
    this.budget.used += entry.bytes;
  }

  /** Measures a state that changed anew. */
  changed(entry: CachedState<State>): void {
    const bytes = this.sizeOf(entry.state);
    this.budget.used += bytes - entry.bytes;
    entry.bytes = bytes;
  }

  trim(): void {
    // Each entry is passed by once at most with its mark, and once without.
    for (const [key, entry] of this.entries) {
      if (this.budget.used <= this.budget.limitBytes) return;
      this.entries.delete(key);
      if (entry.used) {
        entry.used = false;
        this.entries.set(key, entry);
        continue;
      }
      this.budget.used -= entry.bytes;
      this.release(entry.state);
    }
  }

  clear(): void {
    for (const { state, bytes } of this.entries.values()) {
      this.budget.used -= bytes;
      this.release(state);
    }
    this.entries.clear();
    this.touched = [];
  }

  get size(): number {
    return this.entries.size;
  }
}
