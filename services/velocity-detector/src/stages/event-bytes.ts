import { EVENT_TYPE_CODES, PackedEvent, readUuid, TEXT_PLACE, UUID_LENGTH, UUID_WORDS } from '@stakewatch/rules';
import { AvroCursor, type BytesPlace, FewTexts, FRAME_BYTES, Unreadable } from '@stakewatch/runtime';
import { type EventPlace, eventPlace } from './event-place';
import { noteOptionalText, noteText } from './packed-texts';

const MOST_LEVEL = 5;
const BAD_UUID = 'its uuid is not a lower-case uuid';
const uuid = new Uint16Array(UUID_WORDS);
const cursor = new AvroCursor();
const few = new FewTexts();
const event = new PackedEvent();

/**
 * The event at a place, and its player, after a look at the whole of it: a framed value of this build's own betting-event schema.
 * `spare`: what it gave for one that is done with, to be filled anew.
 * @throws {Unreadable} when it is not a betting event, or its uuid is none.
 */
export function eventAt(place: BytesPlace, spare?: EventPlace<'player'>): EventPlace<'player'> {
  try {
    return walk(place, spare);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`not a readable betting-event: ${(error as Error).message}`, { cause: error });
  }
}

function walk({ bytes, from: frame, to: end }: BytesPlace, spare: EventPlace<'player'> | undefined): EventPlace<'player'> {
  const at = frame + FRAME_BYTES;
  cursor.open(bytes, at, end);
  const id = cursor.skipText();
  if (cursor.at - id !== UUID_LENGTH || !readUuid(bytes, id, uuid)) throw new Unreadable(BAD_UUID);
  const companyId = cursor.fewText(few);
  cursor.skipText();
  const from = cursor.skipText();
  const to = cursor.at;
  if (EVENT_TYPE_CODES[cursor.long()] === undefined) throw new RangeError('no such event type');
  for (let long = 0; long < 3; long += 1) cursor.long();
  cursor.skipText();
  for (let long = 0; long < 2; long += 1) if (cursor.hasValue()) cursor.long();
  for (let text = 0; text < 2; text += 1) if (cursor.hasValue()) cursor.skipText();
  if (cursor.hasValue() && !isLevel(cursor.long())) throw new RangeError('no such KYC level');
  for (let text = 0; text < 5; text += 1) if (cursor.hasValue()) cursor.skipText();
  if (cursor.hasValue()) cursor.double();
  for (let text = 0; text < 7; text += 1) if (cursor.hasValue()) cursor.skipText();
  cursor.boolean();
  cursor.close();
  return eventPlace(spare, 'player', companyId, bytes, from, to, at);
}

/** 0 to 5 (betting-event.avsc): what else a producer of its own may write, a state has no room for. */
const isLevel = (level: number): boolean => level >= 0 && level <= MOST_LEVEL;

/**
 * The event at a place that `eventAt` gave, field by field in the schema's order, without what no rule reads. The same object each
 * time: it holds until the next call.
 */
export function readEvent({ value, at }: EventPlace): PackedEvent {
  cursor.open(value, at, value.length);
  event.bytes = value;
  readUuid(value, cursor.skipText(), event.uuid);
  cursor.skipText();
  cursor.skipText();
  noteText(cursor, event, TEXT_PLACE.player_id);
  event.type = cursor.long();
  event.timestamp = cursor.long();
  event.receivedAt = cursor.long();
  event.amount = cursor.long();
  noteText(cursor, event, TEXT_PLACE.currency);
  event.balanceBefore = cursor.hasValue() ? cursor.long() : Number.NaN;
  event.balanceAfter = cursor.hasValue() ? cursor.long() : Number.NaN;
  noteOptionalText(cursor, event, TEXT_PLACE.player_phone);
  noteOptionalText(cursor, event, TEXT_PLACE.player_country);
  event.level = cursor.hasValue() ? cursor.long() : -1;
  noteOptionalText(cursor, event, TEXT_PLACE.game_type);
  noteOptionalText(cursor, event, TEXT_PLACE.game_id);
  if (cursor.hasValue()) cursor.skipText();
  noteOptionalText(cursor, event, TEXT_PLACE.game_sport);
  noteOptionalText(cursor, event, TEXT_PLACE.game_competition);
  event.odds = cursor.hasValue() ? cursor.double() : Number.NaN;
  if (cursor.hasValue()) cursor.skipText();
  noteOptionalText(cursor, event, TEXT_PLACE.device_type);
  noteOptionalText(cursor, event, TEXT_PLACE.operator);
  noteOptionalText(cursor, event, TEXT_PLACE.ip_address);
  noteOptionalText(cursor, event, TEXT_PLACE.session_id);
  if (cursor.hasValue()) cursor.skipText();
  noteOptionalText(cursor, event, TEXT_PLACE.device_id);
  return event;
}
