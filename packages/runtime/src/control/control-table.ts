/** A compacted topic, whole in memory: the newest record of each key. */
export interface ControlTable<T> {
  get(key: string): T | undefined;
  values(): IterableIterator<T>;
  entries(): IterableIterator<[string, T]>;
  readonly size: number;
  /** Grows with each record applied; for caches built from the table. */
  readonly version: number;
  /** Next offset to be read: a writer that reads its own write waits until this passes the write's offset. */
  position(): number;
  /** Called after each applied record, newest value or null when removed. Returns how to stop. */
  onChange(listener: (key: string, value: T | null) => void): () => void;
  close(): Promise<void>;
}

/** Pure state of a control table: applies records in offset order. */
export class TableState<T> {
  private readonly records = new Map<string, T>();
  private readonly listeners = new Set<(key: string, value: T | null) => void>();
  version = 0;
  next = 0;

  apply(offset: number, key: string, value: T | null): void {
    if (offset < this.next) return;
    this.next = offset + 1;
    if (value === null) this.records.delete(key);
    else this.records.set(key, value);
    this.version += 1;
    for (const listener of this.listeners) listener(key, value);
  }

  /** A record that is not applied (unfit) still moves the position. */
  skip(offset: number): void {
    this.next = Math.max(this.next, offset + 1);
  }

  asTable(close: () => Promise<void>): ControlTable<T> {
    const { records, listeners } = this;
    const position = () => this.next;
    const version = () => this.version;
    return {
      get: (key) => records.get(key),
      values: () => records.values(),
      entries: () => records.entries(),
      get size() {
        return records.size;
      },
      get version() {
        return version();
      },
      position,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      close,
    };
  }
}
