import { EVENT_TYPE_CODES, PackedEvent, readUuid, TEXT_FIELDS, type TextField, UUID_LENGTH } from '@stakewatch/rules';
import { AvroCursor, FewTexts, FRAME_BYTES, Unreadable } from '@stakewatch/runtime';
import { StateKeys } from './state-keys';

export interface EventOwner {
  readonly companyId: string;
  /** Key of the player's state. */
  readonly key: string;
}

const BAD_UUID = 'its uuid is not a lower-case uuid';
const uuid = new Uint16Array(8);
const cursor = new AvroCursor();
const few = new FewTexts();
const players = new StateKeys('player');
const event = new PackedEvent();

const AT = Object.fromEntries(TEXT_FIELDS.map((field, at) => [field, at])) as Record<TextField, number>;

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
  const player = cursor.skipText();
  const key = players.key(companyId, framed, player, cursor.at);
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
  return { companyId, key };
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
  text(AT.player_id);
  event.type = cursor.long();
  event.timestamp = cursor.long();
  event.receivedAt = cursor.long();
  event.amount = cursor.long();
  text(AT.currency);
  event.balanceBefore = cursor.hasValue() ? cursor.long() : Number.NaN;
  event.balanceAfter = cursor.hasValue() ? cursor.long() : Number.NaN;
  optionalText(AT.player_phone);
  optionalText(AT.player_country);
  event.level = cursor.hasValue() ? cursor.long() : -1;
  optionalText(AT.game_type);
  optionalText(AT.game_id);
  if (cursor.hasValue()) cursor.skipText();
  optionalText(AT.game_sport);
  optionalText(AT.game_competition);
  event.odds = cursor.hasValue() ? cursor.double() : Number.NaN;
  if (cursor.hasValue()) cursor.skipText();
  optionalText(AT.device_type);
  optionalText(AT.operator);
  optionalText(AT.ip_address);
  optionalText(AT.session_id);
  if (cursor.hasValue()) cursor.skipText();
  optionalText(AT.device_id);
  return event;
}

function text(at: number): void {
  event.from[at] = cursor.skipText();
  event.to[at] = cursor.at;
}

function optionalText(at: number): void {
  if (cursor.hasValue()) text(at);
  else event.from[at] = event.to[at] = 0;
}
