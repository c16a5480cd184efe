import type { ByteWriter } from './byte-writer';
import { BLOCK_STEP, giveBack, NOWHERE, type Page, pageFor, type StatePages, takeFrom } from './state-pages';
import { RECORD } from './state-record';
import { hashBytes } from './subject-key';

/** A search through fewer is quicker than an index. */
const INDEX_FROM = 48;
/** A place of the index: the number of a text, 0 for none. */
const PLACE_BYTES = 2;
/** Bytes that say where a text ends: in a block that is larger than 16 bits can say, wide ones. */
const END_BYTES = 2;
const WIDE_END_BYTES = 4;
const WIDE_FROM = 65_536;
const FIRST_PLACES = 128;
const FIRST_ROOM = 176;
const SHORT = 3;
const MAX_SHORTS = 4_096;

/** Where the texts of a block that grows end, by their numbers: of 16 bits, see MAX_TEXTS. */
const ends = new Uint32Array(65_536);

/** Texts of up to three bytes (currencies, countries), which rules ask for with every event. */
const shorts = new Map<number, string>();

/**
 * Texts of one subject as bytes (UTF-8), each kept once and named by a small number; 0 is "none". In one block of memory: the
 * bytes from its beginning; from its end downwards, as integers of 16 bits (32 in large ones), where each text ends; and behind these,
 * where there are many, an index by their hashes (open addressing). Before the texts lies the subject's key, where there is one.
 */
export class TextTable {
  /** How many there are, with the one that is none. */
  size = 1;
  private page: Page = NOWHERE;
  private at = 0;
  /** Bytes of the key, and of the key and all texts. */
  private keyLength = 0;
  private used = 0;
  /** Places of the index; 0: there is none. */
  private places = 0;

  constructor(private readonly pages: StatePages | null = null) {}

  /** The table that a record (RECORD) says. */
  load(words: Int32Array, at: number): void {
    this.keyLength = words[at + RECORD.keyLength] as number;
    this.page = (this.pages as StatePages).page(words[at + RECORD.textsPage] as number);
    this.at = words[at + RECORD.textsAt] as number;
    this.used = words[at + RECORD.textBytes] as number;
    this.size = words[at + RECORD.texts] as number;
    this.places = placesFor(this.size);
  }

  /** Writes itself into a record. */
  store(words: Int32Array, at: number): void {
    words[at + RECORD.keyLength] = this.keyLength;
    words[at + RECORD.textsPage] = this.page.number;
    words[at + RECORD.textsAt] = this.at;
    words[at + RECORD.textBytes] = this.used;
    words[at + RECORD.texts] = this.size;
  }

  /** An empty table with a key; what it was before lies elsewhere. */
  begin(key: Uint8Array, length: number): void {
    this.page = NOWHERE;
    this.at = this.used = this.keyLength = 0;
    this.size = 1;
    this.places = 0;
    this.grow(length, 0);
    const { bytes: own } = this.page;
    for (let byte = 0; byte < length; byte += 1) own[this.at + byte] = key[byte] as number;
    this.keyLength = this.used = length;
  }

  /** Where the subject's key lies. It holds until the table is another subject's. */
  keyPlace(): { readonly bytes: Buffer; readonly from: number; readonly to: number } {
    return { bytes: this.page.bytes, from: this.at, to: this.at + this.keyLength };
  }

  /** An empty table with the same key. */
  emptied(): TextTable {
    const table = new TextTable(this.pages);
    if (this.keyLength > 0) table.begin(this.page.bytes.subarray(this.at, this.at + this.keyLength), this.keyLength);
    return table;
  }

  /** What it holds in memory. */
  get held(): number {
    return this.page.blockBytes;
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
    if (this.places > 0) return this.findByIndex(bytes, from, to);
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

  private findByIndex(bytes: Buffer, from: number, to: number): number {
    const { words } = this.page;
    const index = this.indexAt;
    const mask = this.places - 1;
    for (let place = hashBytes(bytes, from, to) & mask; ; place = (place + 1) & mask) {
      const id = words[index + place] as number;
      if (id === 0) return -1;
      if (this.is(id, bytes, from, to)) return id;
    }
  }

  /** Takes in a text that is not there yet. @throws {RangeError} when there are as many as 16 bits can name. */
  add(bytes: Buffer, from: number, to: number): number {
    const id = this.size;
    if (id >= ends.length) throw new RangeError('a subject with more texts than have a number');
    const length = to - from;
    if (placesFor(id + 1) !== this.places || !fits(this.page.blockBytes, this.used + length, id, this.places)) this.grow(this.used + length, id);
    const { bytes: own } = this.page;
    const at = this.at + this.used;
    for (let byte = 0; byte < length; byte += 1) own[at + byte] = bytes[from + byte] as number;
    this.used += length;
    this.setEnd(id, this.used);
    this.size += 1;
    if (this.places > 0) this.index(id);
    return id;
  }

  private index(id: number): void {
    const { bytes, words } = this.page;
    const index = this.indexAt;
    const mask = this.places - 1;
    let place = hashBytes(bytes, this.at + this.startOf(id), this.at + this.endOf(id)) & mask;
    while (words[index + place] !== 0) place = (place + 1) & mask;
    words[index + place] = id;
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

  private startOf(id: number): number {
    return id <= 1 ? this.keyLength : this.endOf(id - 1);
  }

  private endOf(id: number): number {
    if (id === 0) return this.keyLength;
    const { page } = this;
    const end = this.at + page.blockBytes - this.places * PLACE_BYTES;
    return (page.blockBytes < WIDE_FROM ? page.words[end / END_BYTES - id] : page.integers[end / WIDE_END_BYTES - id]) as number;
  }

  private setEnd(id: number, value: number): void {
    const { page } = this;
    const end = this.at + page.blockBytes - this.places * PLACE_BYTES;
    if (page.blockBytes < WIDE_FROM) page.words[end / END_BYTES - id] = value;
    else page.integers[end / WIDE_END_BYTES - id] = value;
  }

  /** First word of the index. */
  private get indexAt(): number {
    return (this.at + this.page.blockBytes) / PLACE_BYTES - this.places;
  }

  /** Room for texts of so many bytes, key included, the last of which has the number `last`. By a quarter, so that blocks of few sizes share pages. */
  private grow(bytes: number, last: number): void {
    const { page, at, used } = this;
    const places = placesFor(last + 1);
    let size = Math.max(FIRST_ROOM, page.blockBytes);
    while (!fits(size, bytes, last, places)) size = Math.ceil((size * 1.25) / BLOCK_STEP) * BLOCK_STEP;
    for (let id = 1; id < this.size; id += 1) ends[id] = this.endOf(id);
    this.page = pageFor(this.pages, size);
    this.at = takeFrom(this.pages, this.page);
    this.places = places;
    page.bytes.copy(this.page.bytes, this.at, at, at + used);
    for (let id = 1; id < this.size; id += 1) this.setEnd(id, ends[id] as number);
    if (places > 0) this.indexAll();
    giveBack(this.pages, page, at);
  }

  private indexAll(): void {
    const from = this.indexAt;
    this.page.words.fill(0, from, from + this.places);
    for (let id = 1; id < this.size; id += 1) this.index(id);
  }
}

/** Places of the index of a table of so many texts: at most two thirds of them are taken. */
function placesFor(size: number): number {
  if (size <= INDEX_FROM) return 0;
  let places = FIRST_PLACES;
  while (2 * places < 3 * size) places *= 2;
  return places;
}

/** Whether a block has room for the bytes of texts, where they end, and the index. */
const fits = (blockBytes: number, bytes: number, last: number, places: number): boolean => bytes + last * (blockBytes < WIDE_FROM ? END_BYTES : WIDE_END_BYTES) + places * PLACE_BYTES <= blockBytes;

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
