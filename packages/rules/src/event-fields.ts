import type { BettingEvent, EventType } from '@stakewatch/contracts';

/** Event types in the order of the Avro enum; the position is the code that timelines keep. */
export const EVENT_TYPE_CODES: readonly EventType[] = ['DEPOSIT', 'WITHDRAWAL', 'BET_PLACED', 'BET_WON', 'BET_LOST', 'BONUS_CREDITED', 'BONUS_USED', 'REFUND', 'CASHOUT', 'JACKPOT'];
export const eventTypeCode: ReadonlyMap<string, number> = new Map(EVENT_TYPE_CODES.map((type, code) => [type, code]));

/** Number fields that rules can read. `player_kyc_level` is -1 where the event has none, every other NaN (no comparison with NaN holds but !=). */
export const NUMBER_FIELDS = ['amount', 'balance_before', 'balance_after', 'game_odds', 'player_kyc_level'] as const;
export type NumberField = (typeof NUMBER_FIELDS)[number];

/** Whole currency units: facts over them take only events in the currency of the event at hand. */
export const MONEY_FIELDS: ReadonlySet<string> = new Set<NumberField>(['amount', 'balance_before', 'balance_after']);

/** Text fields that rules can read; '' where the event has none. */
export const TEXT_FIELDS = [
  'currency',
  'player_id',
  'player_country',
  'operator',
  'ip_address',
  'session_id',
  'device_id',
  'player_phone',
  'device_type',
  'game_type',
  'game_id',
  'game_sport',
  'game_competition',
] as const;
export type TextField = (typeof TEXT_FIELDS)[number];

/** Place of each text field in TEXT_FIELDS: what packed events and timelines number texts by. */
export const TEXT_PLACE = Object.fromEntries(TEXT_FIELDS.map((field, place) => [field, place])) as Readonly<Record<TextField, number>>;

/** The part of an event that rules can see. Times in microseconds UTC, amounts in whole currency units. */
export type RuleEvent = Pick<BettingEvent, 'uuid' | 'event_timestamp' | 'received_at' | NumberField | Exclude<TextField, 'currency'> | 'currency'> & { event_type: string };

export const SUBJECT_TYPES = ['player', 'session', 'device', 'phone', 'ip'] as const;
export type SubjectType = (typeof SUBJECT_TYPES)[number];

/** Field of an event that names its subject of a type. */
export const SUBJECT_FIELD = {
  player: 'player_id',
  session: 'session_id',
  device: 'device_id',
  phone: 'player_phone',
  ip: 'ip_address',
} as const satisfies Record<SubjectType, TextField>;

/** Subjects whose events are re-keyed, because they cross players. A session is one player's: it is judged on the player's timeline. */
export const SHARED_SUBJECTS = ['device', 'phone', 'ip'] as const satisfies readonly SubjectType[];
export type SharedSubject = (typeof SHARED_SUBJECTS)[number];
