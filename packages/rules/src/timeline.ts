import { EVENT_TYPE_CODES, eventTypeCode, type NumberField, type RuleEvent, TEXT_FIELDS, type TextField } from './event-fields';
import { TextTable } from './text-table';
import { UUID_WORDS, uuidText } from './uuid-words';

/** Columns of the two arrays, which share one buffer. Column c of event i lies at c * capacity + i. */
export const NUMBER_COLUMN = { event_timestamp: 0, amount: 1, balance_before: 2, balance_after: 3, game_odds: 4 } as const;
const NUMBER_COLUMNS = 5;
/** Word column 0: the event type's code, and above TYPE_BITS the KYC level plus one. */
const TYPE_BITS = 5;
export const TYPE_MASK = (1 << TYPE_BITS) - 1;
export const FIRST_TEXT_COLUMN = 1;
export const UUID_COLUMN = FIRST_TEXT_COLUMN + TEXT_FIELDS.length;
const WORD_COLUMNS = UUID_COLUMN + UUID_WORDS;
const EVENT_BYTES = NUMBER_COLUMNS * 8 + WORD_COLUMNS * 2;

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

/**
 * The events of one subject, sorted by (event_timestamp, uuid), in two typed arrays by column and one table of texts:
 * 84 bytes an event, and each different text once.
 */
export class Timeline {
  /** Grows when events change their positions or texts their numbers; what comes in at the end changes neither. */
  version = 0;
  length = 0;
  capacity = 0;
  numbers = new Float64Array(0);
  words = new Uint16Array(0);
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
    return EVENT_TYPE_CODES[(this.words[index] as number) & TYPE_MASK] as string;
  }

  textId(field: number, index: number): number {
    return this.words[field * this.capacity + index] as number;
  }

  text(field: TextField, index: number): string {
    return this.texts.text(this.textId(textColumn(field), index));
  }

  number(field: NumberField, index: number): number {
    if (field === 'player_kyc_level') return ((this.words[index] as number) >> TYPE_BITS) - 1;
    return this.numbers[NUMBER_COLUMN[field] * this.capacity + index] as number;
  }

  uuid(index: number): string {
    return uuidText(this.words, UUID_COLUMN * this.capacity + index, this.capacity);
  }

  /** Position of the event with this uuid, or -1. */
  indexOf(uuid: Uint16Array): number {
    const { words, capacity, length } = this;
    const from = UUID_COLUMN * capacity;
    const first = uuid[0] as number;
    for (let at = from + length - 1; at >= from; at -= 1) if (words[at] === first && this.hasUuid(at - from, uuid)) return at - from;
    return -1;
  }

  private hasUuid(index: number, uuid: Uint16Array): boolean {
    for (let word = 1; word < UUID_WORDS; word += 1) if (this.words[(UUID_COLUMN + word) * this.capacity + index] !== uuid[word]) return false;
    return true;
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
  compare(index: number, time: number, uuid: Uint16Array): number {
    const own = this.numbers[index] as number;
    if (own !== time) return own < time ? -1 : 1;
    for (let word = 0; word < UUID_WORDS; word += 1) {
      const difference = (this.words[(UUID_COLUMN + word) * this.capacity + index] as number) - (uuid[word] as number);
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
    const { capacity, numbers, words } = this;
    numbers[NUMBER_COLUMN.amount * capacity + position] = event.amount;
    numbers[NUMBER_COLUMN.balance_before * capacity + position] = event.balance_before ?? Number.NaN;
    numbers[NUMBER_COLUMN.balance_after * capacity + position] = event.balance_after ?? Number.NaN;
    numbers[NUMBER_COLUMN.game_odds * capacity + position] = event.game_odds ?? Number.NaN;
    words[position] = typeAndLevel(eventTypeCode.get(event.event_type) as number, event.player_kyc_level ?? -1);
    this.writeTexts(event, position);
    return position;
  }

  /** Opens the place of an event with (time, uuid), with these two written. The other columns are the caller's to write. */
  makeRoom(time: number, uuid: Uint16Array): number {
    const position = this.positionFor(time, uuid);
    this.openGap(position);
    this.numbers[position] = time;
    for (let word = 0; word < UUID_WORDS; word += 1) this.words[(UUID_COLUMN + word) * this.capacity + position] = uuid[word] as number;
    if (time < this.firstSeen) this.firstSeen = time;
    if (time > this.newest) this.newest = time;
    return position;
  }

  /** A text is most often the one of the event before or after: that is tried before the table. */
  private writeTexts(event: RuleEvent, position: number): void {
    const { words, capacity, texts } = this;
    const neighbour = position > 0 ? position - 1 : this.length > 1 ? 1 : -1;
    readTexts(event);
    let at = FIRST_TEXT_COLUMN * capacity;
    for (let field = 0; field < FIELD_COUNT; field += 1, at += capacity) {
      const text = scratch[field] as string;
      let id = neighbour < 0 ? 0 : (words[at + neighbour] as number);
      if (texts.text(id) !== text) {
        id = texts.find(text);
        if (id < 0) id = texts.add(text, SHARED[field]);
      }
      words[at + position] = id;
    }
  }

  private openGap(position: number): void {
    if (this.length === this.capacity) this.resize(this.capacity + Math.max(FIRST_CAPACITY, this.capacity < 16 ? this.capacity >> 1 : this.capacity >> 2));
    if (position < this.length) {
      this.version += 1;
      moveColumns(this.numbers, NUMBER_COLUMNS, this.capacity, position + 1, position, this.length);
      moveColumns(this.words, WORD_COLUMNS, this.capacity, position + 1, position, this.length);
    }
    this.length += 1;
  }

  /** Makes room for `capacity` events. */
  resize(capacity: number): void {
    const buffer = new ArrayBuffer(capacity * EVENT_BYTES);
    const numbers = new Float64Array(buffer, 0, capacity * NUMBER_COLUMNS);
    const words = new Uint16Array(buffer, numbers.byteLength, capacity * WORD_COLUMNS);
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

  /** Keeps within MAX_EVENTS and MAX_TEXTS. Says how many events were let go. */
  cap(): number {
    if (this.length <= MAX_EVENTS && this.texts.size <= MAX_TEXTS) return 0;
    const count = Math.min(DROP_AT_ONCE, this.length - 1);
    this.dropOldest(count);
    return count;
  }

  private dropOldest(count: number): void {
    this.lostBefore = Math.max(this.lostBefore, this.timestamp(count - 1));
    moveColumns(this.numbers, NUMBER_COLUMNS, this.capacity, 0, count, this.length);
    moveColumns(this.words, WORD_COLUMNS, this.capacity, 0, count, this.length);
    this.length -= count;
    this.version += 1;
    this.renumberTexts();
    if (this.length * 2 < this.capacity) this.resize(Math.max(FIRST_CAPACITY, this.length));
  }

  /** Forgets texts that no event has any more. */
  private renumberTexts(): void {
    const { words, capacity, texts: old } = this;
    const texts = new TextTable();
    const renumbered = new Uint16Array(old.size);
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
    return 700 + this.capacity * EVENT_BYTES + this.texts.bytes;
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

function moveColumns(array: Float64Array | Uint16Array, columns: number, capacity: number, to: number, from: number, end: number): void {
  for (let column = 0; column < columns; column += 1) {
    const start = column * capacity;
    array.copyWithin(start + to, start + from, start + end);
  }
}

function copyColumns<A extends Float64Array | Uint16Array>(source: A, target: A, columns: number, oldCapacity: number, newCapacity: number, length: number): void {
  if (length === 0) return;
  for (let column = 0; column < columns; column += 1) {
    target.set(source.subarray(column * oldCapacity, column * oldCapacity + length), column * newCapacity);
  }
}
