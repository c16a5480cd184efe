import type { ByteWriter } from './byte-writer';
import { BLOCK_STEP, giveBack, NOWHERE, type Page, pageFor, type StatePages, takeFrom } from './state-pages';
import { RECORD } from './state-record';

/** A search through fewer is quicker than a map, and a map per subject is dear. */
const INDEX_FROM = 48;
/** Bytes that say where a text ends: in a block that is larger than 16 bits can say, wide ones. */
const END_BYTES = 2;
const WIDE_END_BYTES = 4;
const WIDE_FROM = 65_536;
const FIRST_ROOM = 176;
const MAP_ENTRY_BYTES = 100;
const SHORT = 3;
const MAX_SHORTS = 4_096;

/** Texts of up to three bytes (currencies, countries), which rules ask for with every event. */
const shorts = new Map<number, string>();

/**
 * Texts of one subject as bytes (UTF-8), each kept once and named by a small number; 0 is "none". In one block of memory: the
 * bytes from its beginning, and from its end downwards, as integers of 16 bits (32 in large ones), where each text ends. Before the texts lies the
 * subject's key, where there is one.
 */
export class TextTable {
  /** How many there are, with the one that is none. */
  size = 1;
  private page: Page = NOWHERE;
  private at = 0;
  /** Bytes of the key, and of the key and all texts. */
  private keyLength = 0;
  private used = 0;
  private index: Map<string, number> | null = null;

  constructor(private readonly pages: StatePages | null = null) {}

  /** The table that a record (RECORD) says; `index`: what `store` gave. */
  load(words: Int32Array, at: number, index: Map<string, number> | null): void {
    this.keyLength = words[at + RECORD.keyLength] as number;
    this.page = (this.pages as StatePages).page(words[at + RECORD.textsPage] as number);
    this.at = words[at + RECORD.textsAt] as number;
    this.used = words[at + RECORD.textBytes] as number;
    this.size = words[at + RECORD.texts] as number;
    this.index = index;
  }

  /** Writes itself into a record; gives what is no integer. */
  store(words: Int32Array, at: number): Map<string, number> | null {
    words[at + RECORD.keyLength] = this.keyLength;
    words[at + RECORD.textsPage] = this.page.number;
    words[at + RECORD.textsAt] = this.at;
    words[at + RECORD.textBytes] = this.used;
    words[at + RECORD.texts] = this.size;
    return this.index;
  }

  /** An empty table with a key; what it was before lies elsewhere. */
  begin(key: Uint8Array, length: number): void {
    this.page = NOWHERE;
    this.at = this.used = this.keyLength = 0;
    this.size = 1;
    this.index = null;
    this.grow(length, 0);
    const { bytes: own } = this.page;
    for (let byte = 0; byte < length; byte += 1) own[this.at + byte] = key[byte] as number;
    this.keyLength = this.used = length;
  }

  key(): string {
    return this.page.bytes.toString('utf8', this.at, this.at + this.keyLength);
  }

  /** An empty table with the same key. */
  emptied(): TextTable {
    const table = new TextTable(this.pages);
    if (this.keyLength > 0) table.begin(this.page.bytes.subarray(this.at, this.at + this.keyLength), this.keyLength);
    return table;
  }

  /** About what it holds in memory. */
  get held(): number {
    return this.page.blockBytes + (this.index ? this.size * MAP_ENTRY_BYTES : 0);
  }

  /** Bytes that the texts take when stored. */
  get bytes(): number {
    return this.used - this.keyLength + 2 * this.size;
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
    const { page, at, keyLength } = this;
    const own = page.bytes;
    const length = to - from;
    const last = bytes[to - 1];
    let end = this.used;
    for (let id = this.size - 1; id > 0; id -= 1) {
      const start = id === 1 ? keyLength : this.endOf(id - 1);
      // Most differ in these two: the rest is seldom looked at.
      if (end - start === length && own[at + end - 1] === last && this.is(id, bytes, from, to)) return id;
      end = start;
    }
    return -1;
  }

  /** Takes in a text that is not there yet. */
  add(bytes: Buffer, from: number, to: number): number {
    const id = this.size;
    const length = to - from;
    if (!fits(this.page.blockBytes, this.used + length, id)) this.grow(this.used + length, id);
    const { bytes: own } = this.page;
    const at = this.at + this.used;
    for (let byte = 0; byte < length; byte += 1) own[at + byte] = bytes[from + byte] as number;
    this.used += length;
    this.setEnd(id, this.used);
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
    giveBack(this.pages, this.page, this.at);
    this.page = NOWHERE;
  }

  private indexed(): Map<string, number> {
    const index = new Map<string, number>();
    for (let id = 1; id < this.size; id += 1) index.set(this.page.bytes.toString('latin1', this.at + this.startOf(id), this.at + this.endOf(id)), id);
    return index;
  }

  private startOf(id: number): number {
    return id <= 1 ? this.keyLength : this.endOf(id - 1);
  }

  private endOf(id: number): number {
    if (id === 0) return this.keyLength;
    const { page } = this;
    const end = this.at + page.blockBytes;
    return (page.blockBytes < WIDE_FROM ? page.words[end / END_BYTES - id] : page.integers[end / WIDE_END_BYTES - id]) as number;
  }

  private setEnd(id: number, value: number): void {
    const { page } = this;
    const end = this.at + page.blockBytes;
    if (page.blockBytes < WIDE_FROM) page.words[end / END_BYTES - id] = value;
    else page.integers[end / WIDE_END_BYTES - id] = value;
  }

  /** By a quarter, so that blocks of few sizes share pages. */
  private grow(bytes: number, ids: number): void {
    let size = Math.max(FIRST_ROOM, this.page.blockBytes);
    while (!fits(size, bytes, ids)) size = Math.ceil((size * 1.25) / BLOCK_STEP) * BLOCK_STEP;
    const { page, at } = this;
    const ends = Array.from({ length: this.size - 1 }, (_none, index) => this.endOf(index + 1));
    this.page = pageFor(this.pages, size);
    this.at = takeFrom(this.pages, this.page);
    page.bytes.copy(this.page.bytes, this.at, at, at + this.used);
    ends.forEach((end, index) => this.setEnd(index + 1, end));
    giveBack(this.pages, page, at);
  }
}

/** Whether a block has room for the bytes of texts, and their ends. */
const fits = (blockBytes: number, bytes: number, ids: number): boolean => bytes + ids * (blockBytes < WIDE_FROM ? END_BYTES : WIDE_END_BYTES) <= blockBytes;

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
