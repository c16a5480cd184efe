import { EVENT_TYPE_CODES, eventTypeCode, type NumberField, type RuleEvent, TEXT_FIELDS, type TextField } from './event-fields';
import { TextTable } from './text-table';
import { ownBlock, type Page, ROW_BYTES, ROW_NUMBERS, ROW_WORDS, type TimelinePages } from './timeline-pages';
import { UUID_WORDS, uuidText } from './uuid-words';

/** Numbers of an event, by place in its row. */
export const NUMBER_COLUMN = { event_timestamp: 0, amount: 1, balance_before: 2, balance_after: 3, game_odds: 4 } as const;
/** Word 0 of a row: the event type's code, and above TYPE_BITS the KYC level plus one. */
const TYPE_BITS = 5;
export const TYPE_MASK = (1 << TYPE_BITS) - 1;
export const FIRST_TEXT_COLUMN = 1;
export const UUID_COLUMN = FIRST_TEXT_COLUMN + TEXT_FIELDS.length;

export const typeAndLevel = (type: number, level: number): number => type | ((level + 1) << TYPE_BITS);

/** Word column of a text field. */
export const textColumn = (field: TextField): number => TEXT_COLUMN[field];
const TEXT_COLUMN = Object.fromEntries(TEXT_FIELDS.map((field, at) => [field, FIRST_TEXT_COLUMN + at])) as Record<TextField, number>;

/** Events kept of one subject at most; the oldest go first, and facts over them are marked truncated. */
export const MAX_EVENTS = 10_000;
const DROP_AT_ONCE = 500;
/** Text numbers are 16 bits wide: as many different texts fit, less what one event can add. */
const MAX_TEXTS = 65_536 - TEXT_FIELDS.length;
const FIRST_CAPACITY = 2;
const PRUNE_FROM = 16;

const NO_NUMBERS = new Float64Array(0);
const NO_WORDS = new Uint16Array(0);

/**
 * The events of one subject, sorted by (event_timestamp, uuid), as rows of 84 bytes in two typed arrays, and one table with each
 * different text once. With `pages` the arrays are shared with other timelines, and whoever is done with this one calls release().
 */
export class Timeline {
  /** Grows when events change their positions or texts their numbers; what comes in at the end changes neither. */
  version = 0;
  length = 0;
  capacity = 0;
  /** Row i begins at number firstNumber + i * ROW_NUMBERS and at word firstWord + i * ROW_WORDS. */
  numbers: Float64Array = NO_NUMBERS;
  words: Uint16Array = NO_WORDS;
  firstNumber = 0;
  firstWord = 0;
  texts = new TextTable();
  /** Least timestamp of every event ever taken in; Infinity before the first. Kept beyond retention. */
  firstSeen = Infinity;
  /** Greatest timestamp taken in; -Infinity before the first. */
  newest = -Infinity;
  /** Timestamp of the newest event that was let go; facts whose window begins before it are lower bounds. */
  lostBefore = -Infinity;
  private page: Page | null = null;
  private block = 0;

  constructor(private readonly pages: TimelinePages | null = null) {}

  /** Gives the rows back; the timeline is not to be used any more. */
  release(): void {
    if (this.page) this.pages?.give(this.page, this.block);
    this.page = null;
    this.numbers = NO_NUMBERS;
    this.words = NO_WORDS;
    this.length = this.capacity = 0;
  }

  timestamp(index: number): number {
    return this.numbers[this.firstNumber + index * ROW_NUMBERS] as number;
  }

  /** Type code and KYC level, see typeAndLevel. */
  typeWord(index: number): number {
    return this.words[this.firstWord + index * ROW_WORDS] as number;
  }

  type(index: number): string {
    return EVENT_TYPE_CODES[this.typeWord(index) & TYPE_MASK] as string;
  }

  textId(field: number, index: number): number {
    return this.words[this.firstWord + index * ROW_WORDS + field] as number;
  }

  text(field: TextField, index: number): string {
    return this.texts.text(this.textId(textColumn(field), index));
  }

  number(field: NumberField, index: number): number {
    if (field === 'player_kyc_level') return (this.typeWord(index) >> TYPE_BITS) - 1;
    return this.numbers[this.firstNumber + index * ROW_NUMBERS + NUMBER_COLUMN[field]] as number;
  }

  uuid(index: number): string {
    return uuidText(this.words, this.firstWord + index * ROW_WORDS + UUID_COLUMN, 1);
  }

  /** Position of the event with this uuid, or -1. */
  indexOf(uuid: Uint16Array): number {
    const { words } = this;
    const first = uuid[0] as number;
    const start = this.firstWord + UUID_COLUMN;
    for (let at = start + (this.length - 1) * ROW_WORDS; at >= start; at -= ROW_WORDS) if (words[at] === first && this.hasUuid(at, uuid)) return (at - start) / ROW_WORDS;
    return -1;
  }

  private hasUuid(at: number, uuid: Uint16Array): boolean {
    for (let word = 1; word < UUID_WORDS; word += 1) if (this.words[at + word] !== uuid[word]) return false;
    return true;
  }

  /** First position whose timestamp is greater than `time`; looks at the newest first, where windows begin most often. */
  firstAfter(time: number, high = this.length): number {
    const { numbers, firstNumber } = this;
    let top = high;
    for (let steps = 0; steps < 8; steps += 1) {
      if (top === 0 || (numbers[firstNumber + (top - 1) * ROW_NUMBERS] as number) <= time) return top;
      top -= 1;
    }
    let low = 0;
    while (low < top) {
      const middle = (low + top) >>> 1;
      if ((numbers[firstNumber + middle * ROW_NUMBERS] as number) <= time) low = middle + 1;
      else top = middle;
    }
    return low;
  }

  /** -1, 0 or 1: the event at `index` against (time, uuid). */
  compare(index: number, time: number, uuid: Uint16Array): number {
    const own = this.timestamp(index);
    if (own !== time) return own < time ? -1 : 1;
    const at = this.firstWord + index * ROW_WORDS + UUID_COLUMN;
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
  insert(event: RuleEvent, uuid: Uint16Array): number {
    const position = this.makeRoom(event.event_timestamp, uuid);
    const { numbers } = this;
    const number = this.firstNumber + position * ROW_NUMBERS;
    numbers[number + NUMBER_COLUMN.amount] = event.amount;
    numbers[number + NUMBER_COLUMN.balance_before] = event.balance_before ?? Number.NaN;
    numbers[number + NUMBER_COLUMN.balance_after] = event.balance_after ?? Number.NaN;
    numbers[number + NUMBER_COLUMN.game_odds] = event.game_odds ?? Number.NaN;
    this.words[this.firstWord + position * ROW_WORDS] = typeAndLevel(eventTypeCode.get(event.event_type) as number, event.player_kyc_level ?? -1);
    this.writeTexts(event, position);
    return position;
  }

  /** Opens the place of an event with (time, uuid), with these two written. The rest of the row is the caller's to write. */
  makeRoom(time: number, uuid: Uint16Array): number {
    const position = this.length === 0 || time > this.timestamp(this.length - 1) ? this.length : this.positionFor(time, uuid);
    this.openGap(position);
    this.numbers[this.firstNumber + position * ROW_NUMBERS] = time;
    const at = this.firstWord + position * ROW_WORDS + UUID_COLUMN;
    for (let word = 0; word < UUID_WORDS; word += 1) this.words[at + word] = uuid[word] as number;
    if (time < this.firstSeen) this.firstSeen = time;
    if (time > this.newest) this.newest = time;
    return position;
  }

  /** A text is most often the one of the event before or after: that is tried before the table. */
  private writeTexts(event: RuleEvent, position: number): void {
    const { words, texts } = this;
    const row = this.firstWord + position * ROW_WORDS + FIRST_TEXT_COLUMN;
    const neighbour = position > 0 ? -ROW_WORDS : this.length > 1 ? ROW_WORDS : 0;
    readTexts(event);
    for (let field = 0; field < FIELD_COUNT; field += 1) {
      const text = scratch[field] as string;
      let id = neighbour === 0 ? 0 : (words[row + neighbour + field] as number);
      if (texts.text(id) !== text) {
        id = texts.find(text);
        if (id < 0) id = texts.add(text, SHARED[field]);
      }
      words[row + field] = id;
    }
  }

  private openGap(position: number): void {
    if (this.length === this.capacity) this.resize(capacityFor(this.length + 1));
    if (position < this.length) {
      this.version += 1;
      this.moveRows(position + 1, position);
    }
    this.length += 1;
  }

  /** Makes room for `capacity` events. */
  resize(capacity: number): void {
    const { numbers, words, firstNumber, firstWord, page, block } = this;
    const next = this.pages ? this.pages.take(capacity) : ownBlock(capacity);
    this.page = next.page;
    this.block = next.block;
    this.numbers = next.page.numbers;
    this.words = next.page.words;
    this.firstNumber = next.block * capacity * ROW_NUMBERS;
    this.firstWord = next.block * capacity * ROW_WORDS;
    this.capacity = capacity;
    copy(numbers, firstNumber, this.numbers, this.firstNumber, this.length * ROW_NUMBERS);
    copy(words, firstWord, this.words, this.firstWord, this.length * ROW_WORDS);
    if (page) this.pages?.give(page, block);
  }

  /** Lets go what no window can reach any more, once it pays. Says whether it did. */
  prune(retentionMicros: number): boolean {
    if (this.length < PRUNE_FROM) return false;
    const old = this.firstAfter(this.newest - retentionMicros);
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
    this.lostBefore = Math.max(this.lostBefore, this.timestamp(count - 1));
    this.moveRows(0, count);
    this.length -= count;
    this.version += 1;
    this.renumberTexts();
    if (this.length * 2 < this.capacity) this.resize(capacityFor(this.length));
  }

  /** Moves the rows from `from` on to `to`. */
  private moveRows(to: number, from: number): void {
    const { numbers, words, firstNumber, firstWord, length } = this;
    numbers.copyWithin(firstNumber + to * ROW_NUMBERS, firstNumber + from * ROW_NUMBERS, firstNumber + length * ROW_NUMBERS);
    words.copyWithin(firstWord + to * ROW_WORDS, firstWord + from * ROW_WORDS, firstWord + length * ROW_WORDS);
  }

  /** Forgets texts that no event has any more. */
  private renumberTexts(): void {
    const { words, texts: old } = this;
    const texts = new TextTable();
    const renumbered = new Uint16Array(old.size);
    // Field by field, so that texts keep the order in which a log lists them.
    for (let field = 0; field < FIELD_COUNT; field += 1) {
      const first = this.firstWord + FIRST_TEXT_COLUMN + field;
      for (let at = first; at < first + this.length * ROW_WORDS; at += ROW_WORDS) {
        const id = words[at] as number;
        if (id === 0) continue;
        if (renumbered[id] === 0) renumbered[id] = texts.add(old.text(id));
        words[at] = renumbered[id] as number;
      }
    }
    this.texts = texts;
  }

  /** Bytes in memory, about. */
  sizeOf(): number {
    return 200 + this.capacity * ROW_BYTES + this.texts.bytes;
  }
}

const FIELD_COUNT = TEXT_FIELDS.length;
/** Fields that have few values, by position in TEXT_FIELDS. */
const FEW = new Set<TextField>(['currency', 'player_country', 'operator', 'device_type', 'game_type', 'game_id', 'game_sport', 'game_competition']);
const SHARED = TEXT_FIELDS.map((field) => FEW.has(field));
const scratch: string[] = TEXT_FIELDS.map(() => '');

/** The texts of an event in the order of TEXT_FIELDS. Field by field, as reading by a computed name costs several times as much. */
function readTexts(event: RuleEvent): void {
  scratch[0] = event.currency;
  scratch[1] = event.player_id;
  scratch[2] = event.player_country ?? '';
  scratch[3] = event.operator ?? '';
  scratch[4] = event.ip_address ?? '';
  scratch[5] = event.session_id ?? '';
  scratch[6] = event.device_id ?? '';
  scratch[7] = event.player_phone ?? '';
  scratch[8] = event.device_type ?? '';
  scratch[9] = event.game_type ?? '';
  scratch[10] = event.game_id ?? '';
  scratch[11] = event.game_sport ?? '';
  scratch[12] = event.game_competition ?? '';
}

/** Rows that a block for `count` events has: by twos, then by a quarter, so that blocks of few sizes share pages. */
export function capacityFor(count: number): number {
  let capacity = FIRST_CAPACITY;
  while (capacity < count) capacity += capacity < 16 ? FIRST_CAPACITY : (capacity >> 3) * 2;
  return capacity;
}

type Rows = Float64Array | Uint16Array;

/** Element by element where that is quicker than the views that a copy of memory needs. */
function copy(source: Rows, from: number, target: Rows, to: number, count: number): void {
  if (count > 256) target.set(source.subarray(from, from + count), to);
  else for (let at = 0; at < count; at += 1) target[to + at] = source[from + at] as number;
}
