/**
 * The states a partition's owner keeps in memory, within a budget of bytes that all partitions of a process share. Those that
 * were not used for long are let go. Only saved states ever are (trim is called after a save), so it loses nothing.
 */
export class StateBudget {
  used = 0;
  constructor(readonly limitBytes: number) {}
}

interface Entry<State> {
  readonly state: State;
  bytes: number;
  /** Used since the trim that last came by. */
  used: boolean;
}

/** Second chance: a use marks the entry, trim puts what is marked back to the young end of the map's order. */
export class StateCache<State> {
  private readonly entries = new Map<string, Entry<State>>();

  constructor(
    private readonly budget: StateBudget,
    private readonly sizeOf: (state: State) => number,
    /** Called with each state that is let go. */
    private readonly release: (state: State) => void = () => undefined,
  ) {}

  get(key: string): State | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    entry.used = true;
    return entry.state;
  }

  /** Adds a state that is not there yet. */
  add(key: string, state: State): void {
    const bytes = this.sizeOf(state);
    this.entries.set(key, { state, bytes, used: false });
    this.budget.used += bytes;
  }

  /** Measures a state that changed anew. */
  changed(key: string): void {
    const entry = this.entries.get(key);
    if (!entry) return;
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
  }

  get size(): number {
    return this.entries.size;
  }
}
