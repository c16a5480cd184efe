import type { StateWrite } from './port';

/** Words of a write's head: its kind, and where its key and its bytes end. */
const HEAD_WORDS = 3;
const FIRST_WRITES = 512;
const FIRST_BYTES = 65_536;
/** More than this is not kept for the next save. */
const MOST_KEPT_BYTES = 4 * 1_048_576;
/** From here on one native copy is quicker than a loop. */
const LONG = 256;

/** What writes that are alike share. */
export interface WriteKind {
  readonly op: StateWrite['op'];
  readonly ttlMs: number | undefined;
  count: number;
}

/**
 * Writes of a save as bytes, one behind the other: thousands of them wait at a time, and an object each, with its key as text and
 * its bytes cut out, was more than a quarter of what outlived a collection in a detector on a backlog. Used again for the next save.
 */
export class PackedWrites implements Iterable<StateWrite> {
  readonly kinds: WriteKind[] = [];
  length = 0;
  /** Keys and bytes of all writes, each write's key before its bytes. */
  bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private heads = new Uint32Array(HEAD_WORDS * FIRST_WRITES);
  private end = 0;

  /** None any more. */
  reset(): this {
    this.kinds.length = this.length = this.end = 0;
    if (this.bytes.length > MOST_KEPT_BYTES) this.bytes = Buffer.allocUnsafeSlow(FIRST_BYTES);
    return this;
  }

  /** The next write; its key follows, and then, if there are any, its bytes. */
  begin(op: StateWrite['op'], ttlMs: number | undefined): this {
    const head = HEAD_WORDS * this.length;
    if (head === this.heads.length) {
      const heads = new Uint32Array(2 * head);
      heads.set(this.heads);
      this.heads = heads;
    }
    const kind = this.kindOf(op, ttlMs);
    (this.kinds[kind] as WriteKind).count += 1;
    this.heads[head] = kind;
    this.length += 1;
    return this;
  }

  /** UTF-8. */
  key(bytes: Uint8Array, from: number, to: number): this {
    this.copy(bytes, from, to);
    const head = HEAD_WORDS * (this.length - 1);
    this.heads[head + 1] = this.heads[head + 2] = this.end;
    return this;
  }

  value(bytes: Uint8Array, from: number, to: number): void {
    this.copy(bytes, from, to);
    this.heads[HEAD_WORDS * (this.length - 1) + 2] = this.end;
  }

  /** Takes in writes that are objects. */
  addAll(writes: Iterable<StateWrite>): this {
    for (const { op, ttlMs, key, bytes } of writes) {
      const name = Buffer.from(key);
      this.begin(op, ttlMs).key(name, 0, name.length);
      if (bytes && op !== 'delete') this.value(bytes, 0, bytes.length);
    }
    return this;
  }

  /** Bytes of all keys and values. */
  get size(): number {
    return this.end;
  }

  /** Number of its kind. */
  kindAt(write: number): number {
    return this.heads[HEAD_WORDS * write] as number;
  }

  /** Where its key begins in `bytes`. */
  keyFrom(write: number): number {
    return write === 0 ? 0 : this.valueTo(write - 1);
  }

  /** Where its key ends, and its bytes begin. */
  keyTo(write: number): number {
    return this.heads[HEAD_WORDS * write + 1] as number;
  }

  valueTo(write: number): number {
    return this.heads[HEAD_WORDS * write + 2] as number;
  }

  /** For whoever has time: each as an object of its own. */
  *[Symbol.iterator](): Iterator<StateWrite> {
    for (let write = 0; write < this.length; write += 1) {
      const { op, ttlMs } = this.kinds[this.kindAt(write)] as WriteKind;
      const key = this.bytes.toString('utf8', this.keyFrom(write), this.keyTo(write));
      const bytes = op === 'delete' ? {} : { bytes: Buffer.from(this.bytes.subarray(this.keyTo(write), this.valueTo(write))) };
      yield { key, op, ...bytes, ...(ttlMs !== undefined && { ttlMs }) };
    }
  }

  private kindOf(op: StateWrite['op'], ttlMs: number | undefined): number {
    const { kinds } = this;
    // Few: an operation, with the one time to live of a service or none.
    for (let kind = 0; kind < kinds.length; kind += 1) if (kinds[kind]?.op === op && kinds[kind]?.ttlMs === ttlMs) return kind;
    return kinds.push({ op, ttlMs, count: 0 }) - 1;
  }

  private copy(source: Uint8Array, from: number, to: number): void {
    const { end } = this;
    this.end += to - from;
    if (this.end > this.bytes.length) this.grow(end);
    copyBytes(source, from, to, this.bytes, end);
  }

  private grow(used: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(2 * this.bytes.length, this.end));
    this.bytes.copy(bytes, 0, 0, used);
    this.bytes = bytes;
  }
}

/** Copies bytes to where there is room for them, without a view of them. */
export function copyBytes(source: Uint8Array, from: number, to: number, target: Buffer, at: number): void {
  if (to - from >= LONG) target.set(source.subarray(from, to), at);
  else for (let byte = from; byte < to; byte += 1) target[at + byte - from] = source[byte] as number;
}
