import { type NumberField, TEXT_FIELDS } from './event-fields';
import { BLOCK_STEP, giveBack, NOWHERE, type Page, pageFor, type StatePages, takeFrom } from './state-pages';
import { RECORD } from './state-record';
import { UUID_WORDS } from './uuid-words';

/** Doubles of an event besides its timestamp, by place. */
export const NUMBER_COLUMN = { amount: 0, balance_before: 1, balance_after: 2, game_odds: 3 } as const;
const ROW_NUMBERS = 4;
/** The type word: the event type's code, above TYPE_BITS the KYC level plus one, and whether the event is not yet stored. */
const TYPE_BITS = 5;
export const TYPE_MASK = (1 << TYPE_BITS) - 1;
const UNSTORED = 1 << 15;
export const TEXT_COUNT = TEXT_FIELDS.length;

export const typeAndLevel = (type: number, level: number): number => (type | ((level + 1) << TYPE_BITS)) & (UNSTORED - 1);

export const DOUBLE_BYTES = 8;
export const WORD_BYTES = 2;
const WORDS_IN_DOUBLE = DOUBLE_BYTES / WORD_BYTES;
/** Of an event but for the numbers of its texts, which have a byte each, or a word where a timeline has more texts than that. */
const EVENT_BYTES = (1 + ROW_NUMBERS) * DOUBLE_BYTES + (2 + UUID_WORDS) * WORD_BYTES;
/** Numbers of texts that need a word. */
export const WIDE_FROM = 256;
/** Doubles before the events, by place: see firstSeen, newest, lostBefore. */
const HEADER = 3;
const FIRST_SEEN = 0;
const NEWEST = 1;
const LOST_BEFORE = 2;

/**
 * The block of memory that a timeline's events lie in. What events are looked for by lies together: all timestamps, then all other
 * numbers row by row, all type words, the first words of all uuids, all uuids, then the numbers of all texts row by row.
 */
export class TimelineBlock {
  length = 0;
  capacity = 0;
  /** Whether numbers of texts are words. */
  protected wide = false;
  private page: Page = NOWHERE;
  /** First double of the block. */
  private at = 0;

  constructor(protected readonly pages: StatePages | null) {}

  /** Has no block any more; the one it had is somebody else's. */
  protected forget(): void {
    this.page = NOWHERE;
    this.at = this.length = this.capacity = 0;
    this.wide = false;
  }

  protected giveBlockBack(): void {
    giveBack(this.pages, this.page, this.at * DOUBLE_BYTES);
    this.forget();
  }

  load(words: Int32Array, at: number): void {
    const capacity = words[at + RECORD.capacity] as number;
    this.page = (this.pages as StatePages).page(words[at + RECORD.eventsPage] as number);
    this.at = words[at + RECORD.eventsAt] as number;
    this.length = words[at + RECORD.events] as number;
    this.capacity = Math.abs(capacity);
    this.wide = capacity < 0;
  }

  store(words: Int32Array, at: number): void {
    words[at + RECORD.eventsPage] = this.page.number;
    words[at + RECORD.eventsAt] = this.at;
    words[at + RECORD.events] = this.length;
    words[at + RECORD.capacity] = this.wide ? -this.capacity : this.capacity;
  }

  protected get blockBytes(): number {
    return this.page.blockBytes;
  }

  /** The same memory as `doubles` and `words`. */
  get bytes(): Buffer {
    return this.page.bytes;
  }

  get doubles(): Float64Array {
    return this.page.doubles;
  }

  get words(): Uint16Array {
    return this.page.words;
  }

  /** Where each part begins, in `doubles` and in `words`: worked out, as there are very many timelines. */
  get times(): number {
    return this.at + HEADER;
  }

  get numbers(): number {
    return this.at + HEADER + this.capacity;
  }

  get types(): number {
    return (this.at + HEADER + this.capacity * (1 + ROW_NUMBERS)) * WORDS_IN_DOUBLE;
  }

  get marks(): number {
    return this.types + this.capacity;
  }

  private get uuids(): number {
    return this.types + 2 * this.capacity;
  }

  /** Numbers of texts, TEXT_COUNT an event in the order of TEXT_FIELDS: what they lie in, and where they begin. */
  get ids(): Uint8Array | Uint16Array {
    return this.wide ? this.page.words : this.page.bytes;
  }

  get idsAt(): number {
    const words = this.types + (2 + UUID_WORDS) * this.capacity;
    return this.wide ? words : words * WORD_BYTES;
  }

  /** Least timestamp of every event ever taken in; Infinity before the first. Kept beyond retention. */
  get firstSeen(): number {
    return this.capacity === 0 ? Infinity : (this.page.doubles[this.at + FIRST_SEEN] as number);
  }

  /** Greatest timestamp taken in; -Infinity before the first. */
  get newest(): number {
    return this.capacity === 0 ? -Infinity : (this.page.doubles[this.at + NEWEST] as number);
  }

  /** Timestamp of the newest event that was let go; facts whose window begins before it are lower bounds. */
  get lostBefore(): number {
    return this.capacity === 0 ? -Infinity : (this.page.doubles[this.at + LOST_BEFORE] as number);
  }

  /** Takes over what was seen; there must be room for an event. */
  hasSeen(firstSeen: number, newest: number, lostBefore: number): void {
    const { doubles } = this.page;
    doubles[this.at + FIRST_SEEN] = Math.min(this.firstSeen, firstSeen);
    doubles[this.at + NEWEST] = Math.max(this.newest, newest);
    doubles[this.at + LOST_BEFORE] = Math.max(this.lostBefore, lostBefore);
  }

  timestamp(index: number): number {
    return this.doubles[this.times + index] as number;
  }

  /** Type code and KYC level, see typeAndLevel. */
  typeWord(index: number): number {
    return (this.words[this.types + index] as number) & (UNSTORED - 1);
  }

  /** Whether the event is not yet stored. */
  isUnstored(index: number): boolean {
    return (this.words[this.types + index] as number) >= UNSTORED;
  }

  markUnstored(index: number): void {
    const at = this.types + index;
    this.words[at] = (this.words[at] as number) | UNSTORED;
  }

  markStored(index: number): void {
    this.words[this.types + index] = this.typeWord(index);
  }

  /** `place`: of the field, see TEXT_PLACE. */
  textId(place: number, index: number): number {
    return this.ids[this.idsAt + index * TEXT_COUNT + place] as number;
  }

  number(field: NumberField, index: number): number {
    if (field === 'player_kyc_level') return (this.typeWord(index) >> TYPE_BITS) - 1;
    return this.doubles[this.numbers + index * ROW_NUMBERS + NUMBER_COLUMN[field]] as number;
  }

  /** First of the event's numbers. */
  numbersAt(index: number): number {
    return this.numbers + index * ROW_NUMBERS;
  }

  /** First word of the event's uuid. */
  uuidAt(index: number): number {
    return this.uuids + index * UUID_WORDS;
  }

  /** The numbers of an event's texts, in the order of TEXT_FIELDS. */
  setTextIds(index: number, given: Uint16Array): void {
    if (!this.wide && given.some((id) => id >= WIDE_FROM)) this.resize(this.capacity, true);
    this.ids.set(given, this.idsAt + index * TEXT_COUNT);
  }

  /** Makes room for `capacity` events, an even number. */
  resize(capacity: number, wide = this.wide): void {
    const { doubles, words, times, numbers, types, marks, uuids, ids, idsAt, length, page, at, firstSeen, newest, lostBefore } = this;
    const bytes = Math.ceil((HEADER * DOUBLE_BYTES + capacity * (EVENT_BYTES + TEXT_COUNT * (wide ? WORD_BYTES : 1))) / BLOCK_STEP) * BLOCK_STEP;
    this.page = pageFor(this.pages, bytes);
    this.at = takeFrom(this.pages, this.page) / DOUBLE_BYTES;
    this.capacity = capacity;
    this.wide = wide;
    this.doubles[this.at + FIRST_SEEN] = firstSeen;
    this.doubles[this.at + NEWEST] = newest;
    this.doubles[this.at + LOST_BEFORE] = lostBefore;
    copy(doubles, times, this.doubles, this.times, length);
    copy(doubles, numbers, this.doubles, this.numbers, length * ROW_NUMBERS);
    copy(words, types, this.words, this.types, length);
    copy(words, marks, this.words, this.marks, length);
    copy(words, uuids, this.words, this.uuids, length * UUID_WORDS);
    copy(ids, idsAt, this.ids, this.idsAt, length * TEXT_COUNT);
    giveBack(this.pages, page, at * DOUBLE_BYTES);
  }

  /** Moves the events from `from` on to `to`. */
  protected moveEvents(to: number, from: number): void {
    const { doubles, words, times, numbers, types, marks, uuids, ids, idsAt, length } = this;
    doubles.copyWithin(times + to, times + from, times + length);
    doubles.copyWithin(numbers + to * ROW_NUMBERS, numbers + from * ROW_NUMBERS, numbers + length * ROW_NUMBERS);
    words.copyWithin(types + to, types + from, types + length);
    words.copyWithin(marks + to, marks + from, marks + length);
    words.copyWithin(uuids + to * UUID_WORDS, uuids + from * UUID_WORDS, uuids + length * UUID_WORDS);
    ids.copyWithin(idsAt + to * TEXT_COUNT, idsAt + from * TEXT_COUNT, idsAt + length * TEXT_COUNT);
  }
}

/** Views that a copy of memory needs cost more than as many elements one by one. */
const WORTH_A_VIEW = 256;

type Elements = Float64Array | Uint16Array | Uint8Array;

function copy(source: Elements, from: number, target: Elements, to: number, count: number): void {
  if (count > WORTH_A_VIEW) target.set(source.subarray(from, from + count), to);
  else for (let at = 0; at < count; at += 1) target[to + at] = source[from + at] as number;
}
