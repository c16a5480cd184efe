import { EVENT_TYPE_CODES, PackedEvent, readUuid, TEXT_PLACE, UUID_LENGTH, UUID_WORDS } from '@stakewatch/rules';
import { AvroCursor, FewTexts, FRAME_BYTES, Unreadable } from '@stakewatch/runtime';
import { noteOptionalText, noteText } from './packed-texts';

export interface EventOwner {
  readonly companyId: string;
  /** Where the player's id begins and ends. */
  readonly from: number;
  readonly to: number;
}

const BAD_UUID = 'its uuid is not a lower-case uuid';
const uuid = new Uint16Array(UUID_WORDS);
const cursor = new AvroCursor();
const few = new FewTexts();
const event = new PackedEvent();

/**
 * Whose event it is, after a look at the whole of it: a framed value of this build's own betting-event schema.
 * @throws {Unreadable} when it is not a betting event, or its uuid is none.
 */
export function ownerOf(framed: Buffer): EventOwner {
  try {
    return walk(framed);
  } catch (error) {
    if (error instanceof Unreadable) throw error;
    throw new Unreadable(`not a readable betting-event: ${(error as Error).message}`, { cause: error });
  }
}

function walk(framed: Buffer): EventOwner {
  cursor.open(framed, FRAME_BYTES);
  const id = cursor.skipText();
  if (cursor.at - id !== UUID_LENGTH || !readUuid(framed, id, uuid)) throw new Unreadable(BAD_UUID);
  const companyId = cursor.fewText(few);
  cursor.skipText();
  const from = cursor.skipText();
  const to = cursor.at;
  if (EVENT_TYPE_CODES[cursor.long()] === undefined) throw new RangeError('no such event type');
  for (let long = 0; long < 3; long += 1) cursor.long();
  cursor.skipText();
  for (let long = 0; long < 2; long += 1) if (cursor.hasValue()) cursor.long();
  for (let text = 0; text < 2; text += 1) if (cursor.hasValue()) cursor.skipText();
  if (cursor.hasValue()) cursor.long();
  for (let text = 0; text < 5; text += 1) if (cursor.hasValue()) cursor.skipText();
  if (cursor.hasValue()) cursor.double();
  for (let text = 0; text < 7; text += 1) if (cursor.hasValue()) cursor.skipText();
  cursor.boolean();
  cursor.close();
  return { companyId, from, to };
}

/**
 * The event, of bytes that `ownerOf` took, field by field in the schema's order, without what no rule reads. The same object each
 * time: it holds until the next call.
 */
export function readEvent(framed: Buffer): PackedEvent {
  cursor.open(framed, FRAME_BYTES);
  event.bytes = framed;
  readUuid(framed, cursor.skipText(), event.uuid);
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
