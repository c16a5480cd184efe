import { endianness } from 'node:os';
import { ByteReader, type ByteWriter, MOST_VARINT_BYTES, putVarint } from './byte-writer';
import type { PublishedAlert, PublishedAlerts } from './published-alerts';
import { capacityFor, type Timeline } from './timeline';
import { DOUBLE_BYTES, NUMBER_COLUMN, TEXT_COUNT, WORD_BYTES } from './timeline-block';
import { UUID_WORDS } from './uuid-words';

/**
 * A subject's state as bytes: records one after the other, so that a change is an append. Numbers are little-endian; texts are
 * written once and named by their number from then on. `TEXT` records precede the first event that uses them.
 */
const TEXT = 1;
const EVENT = 2;
const ALERT = 3;
/** What outlives the events: first seen, newest, lost before. Opens a log that was written anew. */
const LIFE = 4;

/** Of a stored event, about, and at most: its kind, type, which numbers there are, five numbers, texts, uuid. */
const EVENT_BYTES = 75;
const MOST_EVENT_BYTES = 2 + MOST_VARINT_BYTES + 5 * DOUBLE_BYTES + TEXT_COUNT * MOST_VARINT_BYTES + UUID_WORDS * WORD_BYTES;
const OPTIONAL_NUMBERS = [NUMBER_COLUMN.balance_before, NUMBER_COLUMN.balance_after, NUMBER_COLUMN.game_odds] as const;
const OPTIONAL_COUNT = OPTIONAL_NUMBERS.length;

/** Writes the event at `index`; its texts must have been written. */
export function writeEvent(writer: ByteWriter, timeline: Timeline, index: number): void {
  const { doubles, bytes: own } = timeline;
  const number = timeline.numbersAt(index);
  const slab = writer.reserve(MOST_EVENT_BYTES);
  let present = 0;
  for (let bit = 0; bit < OPTIONAL_COUNT; bit += 1) if (!Number.isNaN(doubles[number + (OPTIONAL_NUMBERS[bit] as number)])) present |= 1 << bit;
  let at = writer.end;
  slab[at] = EVENT;
  at = putVarint(slab, at + 1, timeline.typeWord(index));
  slab[at] = present;
  at = copyBytes(own, (timeline.times + index) * DOUBLE_BYTES, DOUBLE_BYTES, slab, at + 1);
  at = copyBytes(own, (number + NUMBER_COLUMN.amount) * DOUBLE_BYTES, DOUBLE_BYTES, slab, at);
  for (let bit = 0; bit < OPTIONAL_COUNT; bit += 1) if (present & (1 << bit)) at = copyBytes(own, (number + (OPTIONAL_NUMBERS[bit] as number)) * DOUBLE_BYTES, DOUBLE_BYTES, slab, at);
  for (let place = 0; place < TEXT_COUNT; place += 1) at = putVarint(slab, at, timeline.textId(place, index));
  writer.end = copyBytes(own, timeline.uuidAt(index) * WORD_BYTES, UUID_WORDS * WORD_BYTES, slab, at);
}

// Numbers are copied as they lie in memory, and read as little-endian.
if (endianness() !== 'LE') throw new Error('states are kept in little-endian memory, which this machine does not have');

function copyBytes(from: Uint8Array, first: number, count: number, to: Uint8Array, at: number): number {
  for (let byte = 0; byte < count; byte += 1) to[at + byte] = from[first + byte] as number;
  return at + count;
}

/** Writes the texts from number `from` on. */
export function writeTexts(writer: ByteWriter, { texts }: Timeline, from: number): void {
  for (let id = from; id < texts.size; id += 1) {
    writer.byte(TEXT).varint(texts.lengthOf(id));
    texts.write(writer, id);
  }
}

export function writeAlert(writer: ByteWriter, alert: PublishedAlert): void {
  writer.byte(ALERT).text(alert.ruleId).text(alert.mode).text(alert.session).text(alert.currency).double(alert.windowStart);
  writer.varint(alert.revision).byte(alert.open ? 1 : 0).double(alert.eventTimestamp).text(alert.eventUuid).double(alert.fingerprint);
}

/** The whole state in as few bytes as it takes. */
export function writeAll(writer: ByteWriter, timeline: Timeline, alerts: PublishedAlerts): void {
  writer.byte(LIFE).double(timeline.firstSeen).double(timeline.newest).double(timeline.lostBefore);
  writeTexts(writer, timeline, 1);
  for (let index = 0; index < timeline.length; index += 1) writeEvent(writer, timeline, index);
  for (const alert of alerts.values()) writeAlert(writer, alert);
}

/**
 * Reads a log into an empty state: sorted, each uuid once, the last word on each alert.
 * @throws {RangeError} when the bytes are not such a log.
 */
export function readLog(bytes: Buffer, timeline: Timeline, onAlert: (alert: PublishedAlert) => void): void {
  const reader = new ByteReader(bytes);
  timeline.resize(capacityFor(Math.ceil(bytes.length / EVENT_BYTES)));
  const uuid = new Uint16Array(UUID_WORDS);
  while (!reader.done) {
    const kind = reader.byte();
    if (kind === TEXT) timeline.texts.add(bytes, reader.skipText(), reader.at);
    else if (kind === EVENT) readEvent(reader, timeline, uuid);
    else if (kind === ALERT) onAlert(readAlert(reader));
    else if (kind === LIFE) readLife(reader, timeline);
    else throw new RangeError(`record kind ${kind} in a subject's log`);
  }
  if (capacityFor(timeline.length) < timeline.capacity) timeline.resize(capacityFor(timeline.length));
}

const optional = new Float64Array(OPTIONAL_COUNT);
const texts = new Uint16Array(TEXT_COUNT);

function readEvent(reader: ByteReader, timeline: Timeline, uuid: Uint16Array): void {
  const typeAndLevel = reader.varint();
  const present = reader.byte();
  const time = reader.double();
  const amount = reader.double();
  for (let bit = 0; bit < OPTIONAL_COUNT; bit += 1) optional[bit] = present & (1 << bit) ? reader.double() : Number.NaN;
  for (let field = 0; field < texts.length; field += 1) texts[field] = reader.varint();
  for (let word = 0; word < UUID_WORDS; word += 1) uuid[word] = reader.word();
  // Mostly in order: what is later than all before it is none of them.
  if (timeline.length > 0 && time <= timeline.timestamp(timeline.length - 1) && timeline.indexOf(uuid) >= 0) return;
  const index = timeline.makeRoom(time, uuid);
  const { doubles, words } = timeline;
  const number = timeline.numbersAt(index);
  doubles[number + NUMBER_COLUMN.amount] = amount;
  for (let bit = 0; bit < OPTIONAL_COUNT; bit += 1) doubles[number + (OPTIONAL_NUMBERS[bit] as number)] = optional[bit] as number;
  words[timeline.types + index] = typeAndLevel;
  timeline.setTextIds(index, texts);
}

function readAlert(reader: ByteReader): PublishedAlert {
  const [ruleId, mode, session, currency] = [reader.text(), reader.text(), reader.text(), reader.text()];
  return { ruleId, mode, session, currency, windowStart: reader.double(), revision: reader.varint(), open: reader.byte() === 1, eventTimestamp: reader.double(), eventUuid: reader.text(), fingerprint: reader.double() };
}

function readLife(reader: ByteReader, timeline: Timeline): void {
  timeline.hasSeen(reader.double(), reader.double(), reader.double());
}
