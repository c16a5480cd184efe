import { EVENT_TYPE_CODES, TEXT_PLACE, type TextField } from './event-fields';
import type { PackedEvent } from './packed-event';
import type { StatePages } from './state-pages';
import { RECORD } from './state-record';
import { TextTable } from './text-table';
import { NUMBER_COLUMN, TEXT_COUNT, TimelineBlock, TYPE_MASK, typeAndLevel, WIDE_FROM } from './timeline-block';
import { UUID_WORDS, uuidText } from './uuid-words';

let versions = 0;
/** Names one state of one timeline: no other has it for the next four billion. */
const nextVersion = (): number => (versions = (versions + 1) | 0);

/** Events kept of one subject at most; the oldest go first, and facts over them are marked truncated. */
export const MAX_EVENTS = 10_000;
const DROP_AT_ONCE = 500;
/** Text numbers are 16 bits wide: as many different texts fit, less what one event can add. */
const MAX_TEXTS = 65_536 - TEXT_COUNT;
const FIRST_CAPACITY = 2;
const PRUNE_FROM = 16;

/**
 * The events of one subject, sorted by (event_timestamp, uuid), in one block of memory, and one table with each different text
 * once. With `pages` the memory is shared with other timelines, and whoever is done calls release().
 */
export class Timeline extends TimelineBlock {
  /** A new one when events change their positions or texts their numbers; what comes in at the end changes neither. No two timelines share one. */
  version = nextVersion();
  texts: TextTable;

  constructor(pages: StatePages | null = null) {
    super(pages);
    this.texts = new TextTable(pages);
  }

  /** An empty timeline; what it was before lies elsewhere. */
  begin(): void {
    this.forget();
    this.version = nextVersion();
  }

  /** The timeline that a record (RECORD) says. */
  override load(words: Int32Array, at: number): void {
    super.load(words, at);
    this.version = words[at + RECORD.version] as number;
  }

  /** Writes itself into a record. */
  override store(words: Int32Array, at: number): void {
    super.store(words, at);
    words[at + RECORD.version] = this.version;
  }

  /** Gives its memory back; the timeline is not to be used any more. */
  release(): void {
    this.giveBlockBack();
    this.texts.release();
  }

  type(index: number): string {
    return EVENT_TYPE_CODES[this.typeWord(index) & TYPE_MASK] as string;
  }

  text(field: TextField, index: number): string {
    return this.texts.text(this.textId(TEXT_PLACE[field], index));
  }

  uuid(index: number): string {
    return uuidText(this.words, this.uuidAt(index));
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
    this.hasSeen(time, time, -Infinity);
    return position;
  }

  /** A text is most often the one of the event before or after: that is tried before the table. */
  private writeTexts({ bytes, from, to }: PackedEvent, position: number): void {
    const { texts } = this;
    let { ids } = this;
    let row = this.idsAt + position * TEXT_COUNT;
    const neighbour = position > 0 ? -TEXT_COUNT : this.length > 1 ? TEXT_COUNT : 0;
    for (let field = 0; field < TEXT_COUNT; field += 1) {
      const start = from[field] as number;
      const end = to[field] as number;
      let id = 0;
      if (start < end) {
        id = neighbour === 0 ? 0 : (ids[row + neighbour + field] as number);
        if (!texts.is(id, bytes, start, end)) {
          id = texts.find(bytes, start, end);
          if (id < 0) id = texts.add(bytes, start, end);
          if (id >= WIDE_FROM && !this.wide) {
            this.resize(this.capacity, true);
            ids = this.ids;
            row = this.idsAt + position * TEXT_COUNT;
          }
        }
      }
      ids[row + field] = id;
    }
  }

  private openGap(position: number): void {
    if (this.length === this.capacity) this.resize(capacityFor(this.length + 1));
    if (position < this.length) {
      this.version = nextVersion();
      this.moveEvents(position + 1, position);
    }
    this.length += 1;
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
    this.hasSeen(Infinity, -Infinity, this.timestamp(count - 1));
    this.moveEvents(0, count);
    this.length -= count;
    this.version = nextVersion();
    this.renumberTexts();
    if (this.length * 2 < this.capacity) this.resize(capacityFor(this.length), this.texts.size > WIDE_FROM);
  }

  /** Forgets texts that no event has any more. */
  private renumberTexts(): void {
    const { ids, idsAt, texts: old } = this;
    const texts = old.emptied();
    const renumbered = new Uint16Array(old.size);
    // Field by field, so that texts keep the order in which a log lists them.
    for (let field = 0; field < TEXT_COUNT; field += 1) {
      const first = idsAt + field;
      for (let at = first; at < first + this.length * TEXT_COUNT; at += TEXT_COUNT) {
        const id = ids[at] as number;
        if (id === 0) continue;
        if (renumbered[id] === 0) renumbered[id] = texts.take(old, id);
        ids[at] = renumbered[id] as number;
      }
    }
    old.release();
    this.texts = texts;
  }

  /** Bytes of its blocks. */
  sizeOf(): number {
    return this.blockBytes + this.texts.held;
  }
}

/** Events that a block for `count` has room for: by twos, then by a quarter, so that blocks of few sizes share pages. */
export function capacityFor(count: number): number {
  let capacity = FIRST_CAPACITY;
  while (capacity < count) capacity += capacity < 16 ? FIRST_CAPACITY : (capacity >> 3) * 2;
  return capacity;
}
