import type { ByteWriter } from './byte-writer';
import { BLOCK_STEP, NOWHERE, Page, type StatePages } from './state-pages';

/** A search through fewer is quicker than a map, and a map per subject is dear. */
const INDEX_FROM = 48;
const END_BYTES = 4;
const FIRST_ROOM = 160;
const MAP_ENTRY_BYTES = 100;
const SHORT = 3;
const MAX_SHORTS = 4_096;

/** Texts of up to three bytes (currencies, countries), which rules ask for with every event. */
const shorts = new Map<number, string>();

/**
 * Texts of one subject as bytes (UTF-8), each kept once and named by a small number; 0 is "none". In one block of memory: the
 * bytes from its beginning, and from its end downwards, as 32-bit integers, where each text ends.
 */
export class TextTable {
  /** How many there are, with the one that is none. */
  size = 1;
  private page: Page = NOWHERE;
  private at = 0;
  private used = 0;
  private index: Map<string, number> | null = null;

  constructor(private readonly pages: StatePages | null = null) {}

  /** About what it holds in memory. */
  get held(): number {
    return this.page.blockBytes + (this.index ? this.size * MAP_ENTRY_BYTES : 0);
  }

  /** Bytes that the texts take when stored. */
  get bytes(): number {
    return this.used + 2 * this.size;
  }

  text(id: number): string {
    const from = this.startOf(id);
    const to = this.endOf(id);
    const { bytes } = this.page;
    return to - from > SHORT ? bytes.toString('utf8', this.at + from, this.at + to) : shortText(bytes, this.at + from, this.at + to);
  }

  write(writer: ByteWriter, id: number): void {
    writer.bytes(this.page.bytes, this.at + this.startOf(id), this.at + this.endOf(id));
  }

  /** Bytes of one text. */
  lengthOf(id: number): number {
    return this.endOf(id) - this.startOf(id);
  }

  /** Whether the text is the bytes from `from` to `to`. */
  is(id: number, bytes: Uint8Array, from: number, to: number): boolean {
    const start = this.startOf(id);
    const length = to - from;
    if (this.endOf(id) - start !== length) return false;
    const own = this.page.bytes;
    const at = this.at + start;
    // From the end: texts of one kind (ids, addresses) differ there first.
    for (let byte = length - 1; byte >= 0; byte -= 1) if (own[at + byte] !== bytes[from + byte]) return false;
    return true;
  }

  /** -1 when it is not known. */
  find(bytes: Buffer, from: number, to: number): number {
    if (from === to) return 0;
    if (this.index) return this.index.get(bytes.toString('latin1', from, to)) ?? -1;
    for (let id = this.size - 1; id > 0; id -= 1) if (this.is(id, bytes, from, to)) return id;
    return -1;
  }

  /** Takes in a text that is not there yet. */
  add(bytes: Buffer, from: number, to: number): number {
    const id = this.size;
    const length = to - from;
    const needed = this.used + length + END_BYTES * id;
    if (needed > this.page.blockBytes) this.grow(needed);
    const { bytes: own } = this.page;
    const at = this.at + this.used;
    for (let byte = 0; byte < length; byte += 1) own[at + byte] = bytes[from + byte] as number;
    this.used += length;
    this.page.integers[this.endPlace(id)] = this.used;
    this.size += 1;
    if (this.index) this.index.set(bytes.toString('latin1', from, to), id);
    else if (id >= INDEX_FROM) this.index = this.indexed();
    return id;
  }

  /** Takes in a text of another table. */
  take(other: TextTable, id: number): number {
    return this.add(other.page.bytes, other.at + other.startOf(id), other.at + other.endOf(id));
  }

  /** Gives its memory back; it is not to be used any more. */
  release(): void {
    if (this.page !== NOWHERE) this.pages?.give(this.page, this.at);
    this.page = NOWHERE;
  }

  private indexed(): Map<string, number> {
    const index = new Map<string, number>();
    for (let id = 1; id < this.size; id += 1) index.set(this.page.bytes.toString('latin1', this.at + this.startOf(id), this.at + this.endOf(id)), id);
    return index;
  }

  private startOf(id: number): number {
    return id <= 1 ? 0 : this.endOf(id - 1);
  }

  private endOf(id: number): number {
    return id === 0 ? 0 : (this.page.integers[this.endPlace(id)] as number);
  }

  private endPlace(id: number): number {
    return (this.at + this.page.blockBytes) / END_BYTES - id;
  }

  /** By a half, so that blocks of few sizes share pages. */
  private grow(needed: number): void {
    let size = Math.max(FIRST_ROOM, this.page.blockBytes);
    while (size < needed) size = Math.ceil((size * 1.5) / BLOCK_STEP) * BLOCK_STEP;
    const { page, at } = this;
    const firstEnd = this.endPlace(this.size - 1);
    this.page = this.pages ? this.pages.pageFor(size) : new Page(size, 1);
    this.at = this.pages ? this.pages.takeFrom(this.page) : this.page.take();
    page.bytes.copy(this.page.bytes, this.at, at, at + this.used);
    const shift = this.endPlace(this.size - 1) - firstEnd;
    for (let place = firstEnd, last = firstEnd + this.size - 1; place < last; place += 1) this.page.integers[place + shift] = page.integers[place] as number;
    if (page !== NOWHERE) this.pages?.give(page, at);
  }
}

function shortText(bytes: Buffer, from: number, to: number): string {
  let key = to - from;
  for (let at = from; at < to; at += 1) key = key * 256 + (bytes[at] as number);
  let text = shorts.get(key);
  if (text === undefined) {
    if (shorts.size >= MAX_SHORTS) shorts.clear();
    shorts.set(key, (text = bytes.toString('utf8', from, to)));
  }
  return text;
}
