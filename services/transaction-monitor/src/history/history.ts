import { ENTRY_BYTES, type Entry, readEntry, writeEntry } from './entry';

/** Entries that a history keeps, the newest; facts about more are lower bounds and say so. */
export const MAX_ENTRIES = 1_000;
/** The stored log may be this much longer before it is written anew. */
const REWRITE_AT = 2 * MAX_ENTRIES;

/** What came of an account or a customer, oldest first. Append-only; knows what was not saved yet. */
export class History {
  private entries: Entry[];
  private unsaved = 0;
  private stored: number;

  constructor(bytes: Buffer | null) {
    const count = Math.floor((bytes?.length ?? 0) / ENTRY_BYTES);
    const first = Math.max(0, count - MAX_ENTRIES);
    this.entries = Array.from({ length: count - first }, (_, at) => readEntry(bytes as Buffer, (first + at) * ENTRY_BYTES));
    this.stored = count;
  }

  get all(): readonly Entry[] {
    return this.entries;
  }

  /** True when older entries may be missing. */
  get truncated(): boolean {
    return this.entries.length >= MAX_ENTRIES;
  }

  add(entry: Entry): void {
    this.entries.push(entry);
    this.unsaved += 1;
    if (this.entries.length > MAX_ENTRIES) this.entries.shift();
  }

  /** What to write since the last call; null when nothing was added. */
  takeWrite(): { readonly op: 'append' | 'set'; readonly bytes: Buffer } | null {
    if (this.unsaved === 0) return null;
    const rewrite = this.stored + this.unsaved > REWRITE_AT || this.unsaved > this.entries.length;
    const written = rewrite ? this.entries : this.entries.slice(-this.unsaved);
    this.stored = rewrite ? written.length : this.stored + this.unsaved;
    this.unsaved = 0;
    return { op: rewrite ? 'set' : 'append', bytes: Buffer.concat(written.map(writeEntry)) };
  }
}
