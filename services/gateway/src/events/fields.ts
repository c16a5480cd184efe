import { DEVICE_TYPES, EVENT_TYPES, GAME_TYPES } from '@stakewatch/contracts';
import { type TSchema, Type } from '@sinclair/typebox';
import { FORMATS } from './formats';

/**
 * Every field of an event, declared once with its name in both request forms (document 000, "Field Reference"; spec README,
 * "Events"). The schemas that validate and the OpenAPI document are built from this table.
 */
export interface EventField {
  readonly group: 'player' | 'event' | 'game' | 'metadata';
  readonly name: string;
  /** Names in the flat form; the first is the preferred one. */
  readonly flat: readonly [string, ...string[]];
  readonly required: boolean;
  readonly schema: TSchema;
}

/** Largest amount whose hundredfold (amount_cents) is still an exact JSON number. */
export const MAX_AMOUNT = 90_071_992_547_409;

/** Control characters and lone surrogates are in no honest id, break logs, and would let two ids look the same in UTF-8. */
export const PLAIN_TEXT = '^[^\\p{Cc}\\p{Cs}]*$';

const text = (maxLength: number, description: string, examples: string[]): TSchema => Type.String({ minLength: 1, maxLength, pattern: PLAIN_TEXT, description, examples });
const oneOf = (codes: readonly { code: string }[], description: string, example: string): TSchema =>
  Type.Unsafe<string>({ type: 'string', enum: codes.map(({ code }) => code), description, examples: [example] });
const units = (description: string, example: number): TSchema => Type.Integer({ minimum: 0, maximum: MAX_AMOUNT, description, examples: [example] });
const formatted = (format: string, description: string, example: string): TSchema => Type.String({ format, description, examples: [example] });

export const eventIdSchema = text(100, 'Your unique event ID. The same ID of the same company is the same event.', ['evt_20250203_143245_abc123']);

export const EVENT_FIELDS: readonly EventField[] = [
  { group: 'player', name: 'id', flat: ['player_id'], required: true, schema: text(100, 'Player identifier.', ['pl_12345abc']) },
  { group: 'player', name: 'phone', flat: ['player_phone'], required: false, schema: text(50, 'Phone number.', ['+221771234567']) },
  { group: 'player', name: 'country', flat: ['player_country'], required: false, schema: formatted(FORMATS.country, 'ISO 3166-1 alpha-3.', 'SEN') },
  { group: 'player', name: 'kyc_level', flat: ['player_kyc_level'], required: false, schema: Type.Integer({ minimum: 0, maximum: 5, description: 'KYC verification level.', examples: [2] }) },
  { group: 'event', name: 'type', flat: ['event_type'], required: true, schema: oneOf(EVENT_TYPES, 'What happened.', 'BET_PLACED') },
  { group: 'event', name: 'timestamp', flat: ['event_timestamp'], required: true, schema: formatted(FORMATS.instant, 'When it happened: ISO 8601 with Z or an offset; at most one hour ahead of now.', '2026-01-31T12:00:00Z') },
  { group: 'event', name: 'amount', flat: ['amount'], required: true, schema: units('Amount in whole currency units (5000 = 5,000 XOF).', 5000) },
  { group: 'event', name: 'currency', flat: ['currency'], required: true, schema: formatted(FORMATS.currency, 'ISO 4217.', 'XOF') },
  { group: 'event', name: 'balance_before', flat: ['event_balance_before', 'balance_before'], required: false, schema: units('Player balance before the event, in currency units.', 15_000) },
  { group: 'event', name: 'balance_after', flat: ['event_balance_after', 'balance_after'], required: false, schema: units('Player balance after the event, in currency units.', 10_000) },
  { group: 'game', name: 'type', flat: ['game_type'], required: false, schema: oneOf(GAME_TYPES, 'Kind of game.', 'SPORTS') },
  { group: 'game', name: 'id', flat: ['game_id'], required: false, schema: text(100, 'Game identifier.', ['game_789']) },
  { group: 'game', name: 'name', flat: ['game_name'], required: false, schema: text(300, 'Match or game name.', ['Senegal vs Nigeria']) },
  { group: 'game', name: 'sport', flat: ['game_sport'], required: false, schema: text(100, 'Sport.', ['football']) },
  { group: 'game', name: 'competition', flat: ['game_competition'], required: false, schema: text(300, 'Competition name.', ['CAN 2025']) },
  { group: 'game', name: 'odds', flat: ['game_odds'], required: false, schema: Type.Number({ minimum: 1, description: 'Decimal betting odds.', examples: [2.5] }) },
  { group: 'game', name: 'bet_id', flat: ['game_bet_id'], required: false, schema: text(100, 'Related bet ID (for win and loss events).', ['bet_456']) },
  { group: 'metadata', name: 'device_type', flat: ['device_type'], required: false, schema: oneOf(DEVICE_TYPES, 'Kind of device.', 'MOBILE') },
  { group: 'metadata', name: 'operator', flat: ['operator'], required: false, schema: formatted(FORMATS.operator, 'Payment operator: a code of GET /api/v1/lookups.', 'ORANGE_SN') },
  { group: 'metadata', name: 'ip_address', flat: ['ip_address'], required: false, schema: formatted(FORMATS.ip, "Player's IPv4 or IPv6 address.", '41.138.45.22') },
  { group: 'metadata', name: 'session_id', flat: ['session_id'], required: false, schema: text(100, 'Session identifier.', ['sess_xyz']) },
  { group: 'metadata', name: 'user_agent', flat: ['user_agent'], required: false, schema: text(500, 'Browser or app user agent.', ['Mozilla/5.0']) },
  { group: 'metadata', name: 'device_id', flat: ['device_id'], required: false, schema: text(100, 'Your stable ID of the device.', ['dev_42']) },
];
