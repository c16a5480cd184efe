/**
 * The states a partition's owner keeps in memory, least recently used first out, within a budget of bytes that all partitions
 * of a process share. Only saved states are ever evicted (trim is called after a save), so eviction loses nothing.
 */
export class StateBudget {
  used = 0;
  constructor(readonly limitBytes: number) {}
}

export class StateCache<State> {
  private readonly entries = new Map<string, { state: State; bytes: number }>();

  constructor(
    private readonly budget: StateBudget,
    private readonly sizeOf: (state: State) => number,
  ) {}

  get(key: string): State | undefined {
    const entry = this.entries.get(key);
    if (!entry) return undefined;
    // Re-inserting moves the key to the young end of the map's order.
    this.entries.delete(key);
    this.entries.set(key, entry);
    return entry.state;
  }

  put(key: string, state: State): void {
    const known = this.entries.get(key);
    const bytes = this.sizeOf(state);
    this.budget.used += bytes - (known?.bytes ?? 0);
    if (known) this.entries.delete(key);
    this.entries.set(key, { state, bytes });
  }

  trim(): void {
    for (const [key, { bytes }] of this.entries) {
      if (this.budget.used <= this.budget.limitBytes) return;
      this.entries.delete(key);
      this.budget.used -= bytes;
    }
  }

  clear(): void {
    for (const { bytes } of this.entries.values()) this.budget.used -= bytes;
    this.entries.clear();
  }

  get size(): number {
    return this.entries.size;
  }
}
