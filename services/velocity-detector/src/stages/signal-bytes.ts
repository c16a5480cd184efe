import { EVENT_TYPE_CODES, eventTypeCode, PackedEvent, readUuid, SHARED_SUBJECTS, SUBJECT_FIELD, type SharedSubject, TEXT_PLACE, UUID_LENGTH, writeUuid } from '@stakewatch/rules';
import { AvroCursor, type AvroWriter, type BytesPlace, FewTexts, FRAME_BYTES, Unreadable } from '@stakewatch/runtime';
import { type EventPlace, eventPlace } from './event-place';
import { noteOptionalText, noteText } from './packed-texts';

export type SignalPlace = EventPlace<SharedSubject>;

/** Of one record. */
export interface Signals {
  sourcePartition: number;
  /** Milliseconds. */
  sourceTime: number;
  /** All signals for this partition of the source's events at these offsets, inclusive; -1: not said. */
  sourceFrom: number;
  sourceTo: number;
  /** A signal itself is read when it is folded. */
  readonly signals: SignalPlace[];
}

/** Texts that a signal may lack, in the order of schemas/velocity-signals.avsc. */
const OPTIONAL = (['player_country', 'operator', 'ip_address', 'session_id', 'device_id', 'player_phone', 'device_type', 'game_type', 'game_id', 'game_sport', 'game_competition'] as const).map((field) => TEXT_PLACE[field]);
const TYPES = EVENT_TYPE_CODES.map((type) => Buffer.from(type));
const letters = Buffer.alloc(UUID_LENGTH);

/** One signal, as an item of the record's array. */
export function writeSignal(writer: AvroWriter, type: SharedSubject, company: Buffer, event: PackedEvent): void {
  const { bytes, from, to } = event;
  writer.long(SHARED_SUBJECTS.indexOf(type));
  writeUuid(event.uuid, 0, letters);
  writer.text(letters);
  writer.text(company);
  writer.text(TYPES[event.type] as Buffer);
  writer.long(event.timestamp);
  writer.long(event.receivedAt);
  writer.text(bytes, from[TEXT_PLACE.player_id], to[TEXT_PLACE.player_id]);
  writer.long(event.amount);
  writer.text(bytes, from[TEXT_PLACE.currency], to[TEXT_PLACE.currency]);
  optionalLong(writer, event.balanceBefore);
  optionalLong(writer, event.balanceAfter);
  writer.branch(!Number.isNaN(event.odds));
  if (!Number.isNaN(event.odds)) writer.double(event.odds);
  optionalLong(writer, event.level < 0 ? Number.NaN : event.level);
  for (const field of OPTIONAL) {
    const start = from[field] as number;
    const end = to[field] as number;
    writer.branch(end > start);
    if (end > start) writer.text(bytes, start, end);
  }
}

function optionalLong(writer: AvroWriter, value: number): void {
  writer.branch(!Number.isNaN(value));
  if (!Number.isNaN(value)) writer.long(value);
}

const cursor = new AvroCursor();
const few = new FewTexts();
const event = new PackedEvent();

/**
 * The signals at a place, after a look at all of them: a framed value of this build's own velocity-signals schema.
 * `spare`: what it gave for a record that is done with, to be filled anew.
 * @throws {Unreadable} when it is not such a record, or a signal lacks its subject.
 */
export function signalsAt(place: BytesPlace, spare?: Signals): Signals {
  try {
    return walk(place, spare ?? { sourcePartition: 0, sourceTime: 0, sourceFrom: 0, sourceTo: 0, signals: [] });
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`not a readable velocity-signals: ${(error as Error).message}`, { cause: error });
  }
}

function walk({ bytes, from, to }: BytesPlace, record: Signals): Signals {
  const { signals } = record;
  cursor.open(bytes, from + FRAME_BYTES, to);
  record.sourcePartition = cursor.long();
  record.sourceTime = cursor.long();
  record.sourceFrom = cursor.long();
  record.sourceTo = cursor.long();
  let filled = 0;
  for (let count = cursor.long(); count !== 0; count = cursor.long()) {
    // A negative count is followed by the block's size in bytes.
    if (count < 0) cursor.long();
    for (let item = Math.abs(count); item > 0; item -= 1, filled += 1) signals[filled] = placeOf(bytes, signals[filled]);
  }
  cursor.close();
  signals.length = filled;
  return record;
}

function placeOf(bytes: Buffer, spare: SignalPlace | undefined): SignalPlace {
  const { at } = cursor;
  const type = SHARED_SUBJECTS[cursor.long()];
  if (type === undefined) throw new RangeError('no such type of subject');
  const companyId = read(bytes);
  const subject = TEXT_PLACE[SUBJECT_FIELD[type]];
  const from = event.from[subject] as number;
  const to = event.to[subject] as number;
  if (from === to) throw new Unreadable(`a signal without its ${type}`);
  return eventPlace(spare, type, companyId, bytes, from, to, at);
}

/** The signal at a place that `signalsAt` gave. The same object each time: it holds until the next call. */
export function readSignal({ value, at }: SignalPlace): PackedEvent {
  cursor.open(value, at, value.length);
  cursor.long();
  read(value);
  return event;
}

/** Reads into `event`; gives the company. */
function read(bytes: Buffer): string {
  event.bytes = bytes;
  const id = cursor.skipText();
  if (cursor.at - id !== UUID_LENGTH || !readUuid(bytes, id, event.uuid)) throw new RangeError('its uuid is not a lower-case uuid');
  const companyId = cursor.fewText(few);
  const type = eventTypeCode.get(cursor.fewText(few));
  if (type === undefined) throw new RangeError('no such event type');
  event.type = type;
  event.timestamp = cursor.long();
  event.receivedAt = cursor.long();
  noteText(cursor, event, TEXT_PLACE.player_id);
  event.amount = cursor.long();
  noteText(cursor, event, TEXT_PLACE.currency);
  event.balanceBefore = cursor.hasValue() ? cursor.long() : Number.NaN;
  event.balanceAfter = cursor.hasValue() ? cursor.long() : Number.NaN;
  event.odds = cursor.hasValue() ? cursor.double() : Number.NaN;
  event.level = cursor.hasValue() ? cursor.long() : -1;
  for (const place of OPTIONAL) noteOptionalText(cursor, event, place);
  return companyId;
}
