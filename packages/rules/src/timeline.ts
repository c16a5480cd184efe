import { EVENT_TYPE_CODES, eventTypeCode, type NumberField, type RuleEvent, TEXT_FIELDS, type TextField } from './event-fields';
import { TextTable } from './text-table';
import { uuidText } from './uuid-words';

/** Columns of the two arrays. Column c of event i lies at c * capacity + i. */
export const NUMBER_COLUMN = { event_timestamp: 0, amount: 1, balance_before: 2, balance_after: 3, game_odds: 4 } as const;
const NUMBER_COLUMNS = 5;
export const TYPE_COLUMN = 0;
export const KYC_COLUMN = 1;
export const FIRST_TEXT_COLUMN = 2;
export const UUID_COLUMN = FIRST_TEXT_COLUMN + TEXT_FIELDS.length;
const WORD_COLUMNS = UUID_COLUMN + 4;

/** Word column of a text field. */
export const textColumn = (field: TextField): number => FIRST_TEXT_COLUMN + TEXT_FIELDS.indexOf(field);

/** Events kept of one subject at most; the oldest go first, and facts over them are marked truncated. */
export const MAX_EVENTS = 10_000;
const DROP_AT_ONCE = 500;
const FIRST_CAPACITY = 4;
const PRUNE_FROM = 16;

/**
 * The events of one subject, sorted by (event_timestamp, uuid), in two typed arrays by column and one table of texts:
 * 116 bytes an event, and each different text once.
 */
export class Timeline {
  length = 0;
  capacity = 0;
  numbers = new Float64Array(0);
  words = new Int32Array(0);
  texts = new TextTable();
  /** Least timestamp of every event ever taken in; Infinity before the first. Kept beyond retention. */
  firstSeen = Infinity;
  /** Greatest timestamp taken in; -Infinity before the first. */
  newest = -Infinity;
  /** Timestamp of the newest event that was let go; facts whose window begins before it are lower bounds. */
  lostBefore = -Infinity;

  timestamp(index: number): number {
    return this.numbers[index] as number;
  }

  type(index: number): string {
    return EVENT_TYPE_CODES[this.words[index] as number] as string;
  }

  textId(field: number, index: number): number {
    return this.words[field * this.capacity + index] as number;
  }

  text(field: TextField, index: number): string {
    return this.texts.text(this.textId(textColumn(field), index));
  }

  number(field: NumberField, index: number): number {
    if (field === 'player_kyc_level') return this.words[KYC_COLUMN * this.capacity + index] as number;
    return this.numbers[NUMBER_COLUMN[field] * this.capacity + index] as number;
  }

  uuid(index: number): string {
    const { words, capacity } = this;
    const at = UUID_COLUMN * capacity + index;
    return uuidText(words[at] as number, words[at + capacity] as number, words[at + 2 * capacity] as number, words[at + 3 * capacity] as number);
  }

  /** Position of the event with this uuid, or -1. */
  indexOf(uuid: Int32Array): number {
    const { words, capacity, length } = this;
    const from = UUID_COLUMN * capacity;
    const [a, b, c, d] = uuid as unknown as [number, number, number, number];
    for (let at = from + length - 1; at >= from; at -= 1) {
      if (words[at] === a && words[at + capacity] === b && words[at + 2 * capacity] === c && words[at + 3 * capacity] === d) return at - from;
    }
    return -1;
  }

  /** First position whose timestamp is greater than `time`; looks at the newest first, where windows begin most often. */
  firstAfter(time: number, high = this.length): number {
    const { numbers } = this;
    let top = high;
    for (let steps = 0; steps < 8; steps += 1) {
      if (top === 0 || (numbers[top - 1] as number) <= time) return top;
      top -= 1;
    }
    let low = 0;
    while (low < top) {
      const middle = (low + top) >>> 1;
      if ((numbers[middle] as number) <= time) low = middle + 1;
      else top = middle;
    }
    return low;
  }

  /** -1, 0 or 1: the event at `index` against (time, uuid). */
  compare(index: number, time: number, uuid: Int32Array): number {
    const own = this.numbers[index] as number;
    if (own !== time) return own < time ? -1 : 1;
    for (let word = 0; word < 4; word += 1) {
      const difference = ((this.words[(UUID_COLUMN + word) * this.capacity + index] as number) >>> 0) - ((uuid[word] as number) >>> 0);
      if (difference !== 0) return difference < 0 ? -1 : 1;
    }
    return 0;
  }

  /** Where an event with (time, uuid) belongs. */
  positionFor(time: number, uuid: Int32Array): number {
    let position = this.firstAfter(time);
    while (position > 0 && this.compare(position - 1, time, uuid) > 0) position -= 1;
    return position;
  }

  /** Puts an event that is not yet there at its place and says which. */
  insert(event: RuleEvent, uuid: Int32Array): number {
    const position = this.makeRoom(event.event_timestamp, uuid);
    const { capacity, numbers, words } = this;
    numbers[NUMBER_COLUMN.amount * capacity + position] = event.amount;
    numbers[NUMBER_COLUMN.balance_before * capacity + position] = event.balance_before ?? Number.NaN;
    numbers[NUMBER_COLUMN.balance_after * capacity + position] = event.balance_after ?? Number.NaN;
    numbers[NUMBER_COLUMN.game_odds * capacity + position] = event.game_odds ?? Number.NaN;
    words[position] = eventTypeCode.get(event.event_type) as number;
    words[KYC_COLUMN * capacity + position] = event.player_kyc_level ?? -1;
    this.writeTexts(event, position);
    return position;
  }

  /** Opens the place of an event with (time, uuid), with these two written. The other columns are the caller's to write. */
  makeRoom(time: number, uuid: Int32Array): number {
    const position = this.positionFor(time, uuid);
    this.openGap(position);
    this.numbers[position] = time;
    for (let word = 0; word < 4; word += 1) this.words[(UUID_COLUMN + word) * this.capacity + position] = uuid[word] as number;
    if (time < this.firstSeen) this.firstSeen = time;
    if (time > this.newest) this.newest = time;
    return position;
  }

  /** A text is most often the one of the event before or after: that is tried before the table. */
  private writeTexts(event: RuleEvent, position: number): void {
    const { words, capacity, texts } = this;
    const neighbour = position > 0 ? position - 1 : this.length > 1 ? 1 : -1;
    let at = FIRST_TEXT_COLUMN * capacity;
    for (let field = 0; field < TEXT_FIELDS.length; field += 1, at += capacity) {
      const text = event[TEXT_FIELDS[field] as TextField] ?? '';
      let id = neighbour < 0 ? 0 : (words[at + neighbour] as number);
      if (texts.text(id) !== text) {
        id = texts.find(text);
        if (id < 0) id = texts.add(text);
      }
      words[at + position] = id;
    }
  }

  private openGap(position: number): void {
    if (this.length === this.capacity) this.resize(Math.max(FIRST_CAPACITY, Math.ceil(this.capacity * 1.5)));
    if (position < this.length) {
      moveColumns(this.numbers, NUMBER_COLUMNS, this.capacity, position + 1, position, this.length);
      moveColumns(this.words, WORD_COLUMNS, this.capacity, position + 1, position, this.length);
    }
    this.length += 1;
  }

  /** Makes room for `capacity` events. */
  resize(capacity: number): void {
    const numbers = new Float64Array(capacity * NUMBER_COLUMNS);
    const words = new Int32Array(capacity * WORD_COLUMNS);
    copyColumns(this.numbers, numbers, NUMBER_COLUMNS, this.capacity, capacity, this.length);
    copyColumns(this.words, words, WORD_COLUMNS, this.capacity, capacity, this.length);
    this.numbers = numbers;
    this.words = words;
    this.capacity = capacity;
  }

  /** Lets go what no window can reach any more, once it pays. Says whether it did. */
  prune(retentionMicros: number): boolean {
    if (this.length < PRUNE_FROM) return false;
    const old = this.firstAfter(this.newest - retentionMicros);
    if (old * 4 < this.length) return false;
    this.dropOldest(old);
    return true;
  }

  /** Keeps within MAX_EVENTS. Says how many events were let go. */
  cap(): number {
    if (this.length <= MAX_EVENTS) return 0;
    this.dropOldest(DROP_AT_ONCE);
    return DROP_AT_ONCE;
  }

  private dropOldest(count: number): void {
    this.lostBefore = Math.max(this.lostBefore, this.timestamp(count - 1));
    moveColumns(this.numbers, NUMBER_COLUMNS, this.capacity, 0, count, this.length);
    moveColumns(this.words, WORD_COLUMNS, this.capacity, 0, count, this.length);
    this.length -= count;
    this.renumberTexts();
    if (this.length * 2 < this.capacity) this.resize(Math.max(FIRST_CAPACITY, this.length));
  }

  /** Forgets texts that no event has any more. */
  private renumberTexts(): void {
    const { words, capacity, texts: old } = this;
    const texts = new TextTable();
    const renumbered = new Int32Array(old.size);
    for (let field = 0; field < TEXT_FIELDS.length; field += 1) {
      const from = (FIRST_TEXT_COLUMN + field) * capacity;
      for (let at = from; at < from + this.length; at += 1) {
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
    return 480 + this.numbers.byteLength + this.words.byteLength + this.texts.bytes;
  }
}

function moveColumns(array: Float64Array | Int32Array, columns: number, capacity: number, to: number, from: number, end: number): void {
  for (let column = 0; column < columns; column += 1) {
    const start = column * capacity;
    array.copyWithin(start + to, start + from, start + end);
  }
}

function copyColumns<A extends Float64Array | Int32Array>(source: A, target: A, columns: number, oldCapacity: number, newCapacity: number, length: number): void {
  if (length === 0) return;
  for (let column = 0; column < columns; column += 1) {
    target.set(source.subarray(column * oldCapacity, column * oldCapacity + length), column * newCapacity);
  }
}
