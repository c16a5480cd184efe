import { EVENT_TYPE_CODES, type NumberField, TEXT_FIELDS, TEXT_PLACE, type TextField } from './event-fields';
import type { PackedEvent } from './packed-event';
import { BLOCK_STEP, NOWHERE, Page, type StatePages } from './state-pages';
import { TextTable } from './text-table';
import { UUID_WORDS, uuidText } from './uuid-words';

/** Doubles of an event besides its timestamp, by place. */
export const NUMBER_COLUMN = { amount: 0, balance_before: 1, balance_after: 2, game_odds: 3 } as const;
const ROW_NUMBERS = 4;
/** The type word: the event type's code, and above TYPE_BITS the KYC level plus one. */
const TYPE_BITS = 5;
export const TYPE_MASK = (1 << TYPE_BITS) - 1;
export const TEXT_COUNT = TEXT_FIELDS.length;
/** Words of a row: the numbers of its texts, in the order of TEXT_FIELDS, then the uuid. */
export const ROW_WORDS = TEXT_COUNT + UUID_WORDS;

export const typeAndLevel = (type: number, level: number): number => type | ((level + 1) << TYPE_BITS);

/** Events kept of one subject at most; the oldest go first, and facts over them are marked truncated. */
export const MAX_EVENTS = 10_000;
const DROP_AT_ONCE = 500;
/** Text numbers are 16 bits wide: as many different texts fit, less what one event can add. */
const MAX_TEXTS = 65_536 - TEXT_COUNT;
const FIRST_CAPACITY = 2;
const PRUNE_FROM = 16;
const DOUBLE_BYTES = 8;
const WORD_BYTES = 2;
const WORDS_IN_DOUBLE = DOUBLE_BYTES / WORD_BYTES;
const EVENT_BYTES = (1 + ROW_NUMBERS) * DOUBLE_BYTES + (2 + ROW_WORDS) * WORD_BYTES;
/** Doubles before the events, by place: see firstSeen, newest, lostBefore. */
const HEADER = 3;
const FIRST_SEEN = 0;
const NEWEST = 1;
const LOST_BEFORE = 2;

/**
 * The events of one subject, sorted by (event_timestamp, uuid), in one block of memory, and one table with each different text
 * once. What events are looked for by lies together: all timestamps, then all other numbers row by row, all type words, the first
 * words of all uuids, then all other words row by row. With `pages` the memory is shared with other timelines, and whoever is done calls release().
 */
export class Timeline {
  /** Grows when events change their positions or texts their numbers; what comes in at the end changes neither. */
  version = 0;
  length = 0;
  capacity = 0;
  texts: TextTable;
  private page: Page = NOWHERE;
  /** First double of the block. */
  private at = 0;

  constructor(private readonly pages: StatePages | null = null) {
    this.texts = new TextTable(pages);
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

  get rows(): number {
    return this.types + 2 * this.capacity;
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

  /** Takes over what a stored timeline has seen; there must be room for an event. */
  hasSeen(firstSeen: number, newest: number, lostBefore: number): void {
    const { doubles } = this.page;
    doubles[this.at + FIRST_SEEN] = Math.min(this.firstSeen, firstSeen);
    doubles[this.at + NEWEST] = Math.max(this.newest, newest);
    doubles[this.at + LOST_BEFORE] = Math.max(this.lostBefore, lostBefore);
  }

  /** Gives its memory back; the timeline is not to be used any more. */
  release(): void {
    if (this.page !== NOWHERE) this.pages?.give(this.page, this.at * DOUBLE_BYTES);
    this.texts.release();
    this.page = NOWHERE;
    this.length = this.capacity = 0;
  }

  timestamp(index: number): number {
    return this.doubles[this.times + index] as number;
  }

  /** Type code and KYC level, see typeAndLevel. */
  typeWord(index: number): number {
    return this.words[this.types + index] as number;
  }

  type(index: number): string {
    return EVENT_TYPE_CODES[this.typeWord(index) & TYPE_MASK] as string;
  }

  /** `place`: of the field, see TEXT_PLACE. */
  textId(place: number, index: number): number {
    return this.words[this.rows + index * ROW_WORDS + place] as number;
  }

  text(field: TextField, index: number): string {
    return this.texts.text(this.textId(TEXT_PLACE[field], index));
  }

  number(field: NumberField, index: number): number {
    if (field === 'player_kyc_level') return (this.typeWord(index) >> TYPE_BITS) - 1;
    return this.doubles[this.numbers + index * ROW_NUMBERS + NUMBER_COLUMN[field]] as number;
  }

  uuid(index: number): string {
    return uuidText(this.words, this.uuidAt(index));
  }

  /** First word of the event's texts and uuid. */
  rowAt(index: number): number {
    return this.rows + index * ROW_WORDS;
  }

  /** First of the event's numbers. */
  numbersAt(index: number): number {
    return this.numbers + index * ROW_NUMBERS;
  }

  private uuidAt(index: number): number {
    return this.rows + index * ROW_WORDS + TEXT_COUNT;
  }

  /** Position of the event with this uuid, or -1. */
  indexOf(uuid: Uint16Array): number {
    const { words, marks } = this;
    const first = uuid[0] as number;
    for (let index = this.length - 1; index >= 0; index -= 1) if (words[marks + index] === first && this.hasUuid(index, uuid)) return index;
    return -1;
  }

  private hasUuid(index: number, uuid: Uint16Array): boolean {
    const at = this.uuidAt(index);
    for (let word = 1; word < UUID_WORDS; word += 1) if (this.words[at + word] !== uuid[word]) return false;
    return true;
  }

  /** First position whose timestamp is greater than `time`; looks at the newest first, where windows begin most often. */
  firstAfter(time: number, high = this.length): number {
    const { doubles, times } = this;
    let top = high;
    for (let steps = 0; steps < 8; steps += 1) {
      if (top === 0 || (doubles[times + top - 1] as number) <= time) return top;
      top -= 1;
    }
    let low = 0;
    while (low < top) {
      const middle = (low + top) >>> 1;
      if ((doubles[times + middle] as number) <= time) low = middle + 1;
      else top = middle;
    }
    return low;
  }

  /** -1, 0 or 1: the event at `index` against (time, uuid). */
  compare(index: number, time: number, uuid: Uint16Array): number {
    const own = this.timestamp(index);
    if (own !== time) return own < time ? -1 : 1;
    const at = this.uuidAt(index);
    for (let word = 0; word < UUID_WORDS; word += 1) {
      const difference = (this.words[at + word] as number) - (uuid[word] as number);
      if (difference !== 0) return difference < 0 ? -1 : 1;
    }
    return 0;
  }

  /** Where an event with (time, uuid) belongs. */
  positionFor(time: number, uuid: Uint16Array): number {
    let position = this.firstAfter(time);
    while (position > 0 && this.compare(position - 1, time, uuid) > 0) position -= 1;
    return position;
  }

  /** Puts an event that is not yet there at its place and says which. */
  insert(event: PackedEvent): number {
    const position = this.makeRoom(event.timestamp, event.uuid);
    const { doubles } = this;
    const number = this.numbersAt(position);
    doubles[number] = event.amount;
    doubles[number + NUMBER_COLUMN.balance_before] = event.balanceBefore;
    doubles[number + NUMBER_COLUMN.balance_after] = event.balanceAfter;
    doubles[number + NUMBER_COLUMN.game_odds] = event.odds;
    this.words[this.types + position] = typeAndLevel(event.type, event.level);
    this.writeTexts(event, position);
    return position;
  }

  /** Opens the place of an event with (time, uuid), with these two written. The rest of it is the caller's to write. */
  makeRoom(time: number, uuid: Uint16Array): number {
    const position = this.length === 0 || time > this.timestamp(this.length - 1) ? this.length : this.positionFor(time, uuid);
    this.openGap(position);
    this.doubles[this.times + position] = time;
    this.words[this.marks + position] = uuid[0] as number;
    const at = this.uuidAt(position);
    for (let word = 0; word < UUID_WORDS; word += 1) this.words[at + word] = uuid[word] as number;
    if (time < this.firstSeen) this.doubles[this.at + FIRST_SEEN] = time;
    if (time > this.newest) this.doubles[this.at + NEWEST] = time;
    return position;
  }

  /** A text is most often the one of the event before or after: that is tried before the table. */
  private writeTexts({ bytes, from, to }: PackedEvent, position: number): void {
    const { words, texts } = this;
    const row = this.rowAt(position);
    const neighbour = position > 0 ? -ROW_WORDS : this.length > 1 ? ROW_WORDS : 0;
    for (let field = 0; field < TEXT_COUNT; field += 1) {
      const start = from[field] as number;
      const end = to[field] as number;
      let id = 0;
      if (start < end) {
        id = neighbour === 0 ? 0 : (words[row + neighbour + field] as number);
        if (!texts.is(id, bytes, start, end)) {
          id = texts.find(bytes, start, end);
          if (id < 0) id = texts.add(bytes, start, end);
        }
      }
      words[row + field] = id;
    }
  }

  private openGap(position: number): void {
    if (this.length === this.capacity) this.resize(capacityFor(this.length + 1));
    if (position < this.length) {
      this.version += 1;
      this.moveEvents(position + 1, position);
    }
    this.length += 1;
  }

  /** Makes room for `capacity` events, an even number. */
  resize(capacity: number): void {
    const { doubles, words, times, numbers, types, marks, rows, length, page, at, firstSeen, newest, lostBefore } = this;
    const bytes = Math.ceil((HEADER * DOUBLE_BYTES + capacity * EVENT_BYTES) / BLOCK_STEP) * BLOCK_STEP;
    this.page = this.pages ? this.pages.pageFor(bytes) : new Page(bytes, 1);
    this.at = (this.pages ? this.pages.takeFrom(this.page) : this.page.take()) / DOUBLE_BYTES;
    this.capacity = capacity;
    this.doubles[this.at + FIRST_SEEN] = firstSeen;
    this.doubles[this.at + NEWEST] = newest;
    this.doubles[this.at + LOST_BEFORE] = lostBefore;
    copy(doubles, times, this.doubles, this.times, length);
    copy(doubles, numbers, this.doubles, this.numbers, length * ROW_NUMBERS);
    copy(words, types, this.words, this.types, length);
    copy(words, marks, this.words, this.marks, length);
    copy(words, rows, this.words, this.rows, length * ROW_WORDS);
    if (page !== NOWHERE) this.pages?.give(page, at * DOUBLE_BYTES);
  }

  /** Lets go what no window can reach any more, once it pays. Says whether it did. */
  prune(retentionMicros: number): boolean {
    if (this.length < PRUNE_FROM) return false;
    const oldest = this.newest - retentionMicros;
    if (this.timestamp(0) > oldest) return false;
    const old = this.firstAfter(oldest);
    if (old * 4 < this.length) return false;
    this.dropOldest(old);
    return true;
  }

  /** Keeps within MAX_EVENTS and MAX_TEXTS. Says how many events were let go. */
  cap(): number {
    if (this.length <= MAX_EVENTS && this.texts.size <= MAX_TEXTS) return 0;
    const count = Math.min(DROP_AT_ONCE, this.length - 1);
    this.dropOldest(count);
    return count;
  }

  private dropOldest(count: number): void {
    this.doubles[this.at + LOST_BEFORE] = Math.max(this.lostBefore, this.timestamp(count - 1));
    this.moveEvents(0, count);
    this.length -= count;
    this.version += 1;
    this.renumberTexts();
    if (this.length * 2 < this.capacity) this.resize(capacityFor(this.length));
  }

  /** Moves the events from `from` on to `to`. */
  private moveEvents(to: number, from: number): void {
    const { doubles, words, times, numbers, types, marks, rows, length } = this;
    doubles.copyWithin(times + to, times + from, times + length);
    doubles.copyWithin(numbers + to * ROW_NUMBERS, numbers + from * ROW_NUMBERS, numbers + length * ROW_NUMBERS);
    words.copyWithin(types + to, types + from, types + length);
    words.copyWithin(marks + to, marks + from, marks + length);
    words.copyWithin(rows + to * ROW_WORDS, rows + from * ROW_WORDS, rows + length * ROW_WORDS);
  }

  /** Forgets texts that no event has any more. */
  private renumberTexts(): void {
    const { words, texts: old } = this;
    const texts = new TextTable(this.pages);
    const renumbered = new Uint16Array(old.size);
    // Field by field, so that texts keep the order in which a log lists them.
    for (let field = 0; field < TEXT_COUNT; field += 1) {
      const first = this.rows + field;
      for (let at = first; at < first + this.length * ROW_WORDS; at += ROW_WORDS) {
        const id = words[at] as number;
        if (id === 0) continue;
        if (renumbered[id] === 0) renumbered[id] = texts.take(old, id);
        words[at] = renumbered[id] as number;
      }
    }
    old.release();
    this.texts = texts;
  }

  /** Bytes of its blocks. */
  sizeOf(): number {
    return this.page.blockBytes + this.texts.held;
  }
}

/** Events that a block for `count` has room for: by twos, then by a quarter, so that blocks of few sizes share pages. */
export function capacityFor(count: number): number {
  let capacity = FIRST_CAPACITY;
  while (capacity < count) capacity += capacity < 16 ? FIRST_CAPACITY : (capacity >> 3) * 2;
  return capacity;
}

type Elements = Float64Array | Uint16Array;

/** Element by element where that is quicker than the views that a copy of memory needs. */
function copy(source: Elements, from: number, target: Elements, to: number, count: number): void {
  if (count > 256) target.set(source.subarray(from, from + count), to);
  else for (let at = 0; at < count; at += 1) target[to + at] = source[from + at] as number;
}
