import { type BettingEvent, ipSpelling } from '@stakewatch/contracts';
import { microsOf } from './timestamp';

/**
 * What validation has let through, in the words of the event's Avro schema. Identity, scope, time of receipt and lateness stand empty
 * until the publisher fills them in: one object of one shape from parsing to encoding (a copy of 28 fields costs more than all else).
 */
export type EventValues = BettingEvent;

type Fields = Readonly<Record<string, unknown>>;
const NONE: Fields = {};

/** A body has the grouped form as soon as it has one of the groups. */
export function isGrouped(body: Fields): boolean {
  return 'event' in body || 'player' in body || 'game' in body || 'metadata' in body;
}

/** @param body has passed the grouped schema. */
export function valuesOfGrouped(body: Fields): EventValues {
  const player = body['player'] as Fields;
  const event = body['event'] as Fields;
  const game = (body['game'] as Fields | undefined) ?? NONE;
  const metadata = (body['metadata'] as Fields | undefined) ?? NONE;
  return {
    uuid: '',
    company_id: '',
    external_event_id: body['event_id'] as string,
    player_id: player['id'] as string,
    event_type: event['type'] as EventValues['event_type'],
    event_timestamp: microsOf(event['timestamp'] as string),
    received_at: 0,
    amount: event['amount'] as number,
    currency: event['currency'] as string,
    balance_before: numberOr(event['balance_before']),
    balance_after: numberOr(event['balance_after']),
    player_phone: textOr(player['phone']),
    player_country: textOr(player['country']),
    player_kyc_level: numberOr(player['kyc_level']),
    game_type: textOr(game['type']),
    game_id: textOr(game['id']),
    game_name: textOr(game['name']),
    game_sport: textOr(game['sport']),
    game_competition: textOr(game['competition']),
    game_odds: numberOr(game['odds']),
    game_bet_id: textOr(game['bet_id']),
    device_type: textOr(metadata['device_type']),
    operator: textOr(metadata['operator']),
    ip_address: addressOr(metadata['ip_address']),
    session_id: textOr(metadata['session_id']),
    user_agent: textOr(metadata['user_agent']),
    device_id: textOr(metadata['device_id']),
    late: false,
  };
}

/** @param body has passed the flat schema, and its aliases agree. */
export function valuesOfFlat(body: Fields): EventValues {
  return {
    uuid: '',
    company_id: '',
    external_event_id: (body['external_event_id'] ?? body['event_id']) as string,
    player_id: body['player_id'] as string,
    event_type: body['event_type'] as EventValues['event_type'],
    event_timestamp: microsOf(body['event_timestamp'] as string),
    received_at: 0,
    amount: body['amount'] as number,
    currency: body['currency'] as string,
    balance_before: numberOr(body['event_balance_before'] ?? body['balance_before']),
    balance_after: numberOr(body['event_balance_after'] ?? body['balance_after']),
    player_phone: textOr(body['player_phone']),
    player_country: textOr(body['player_country']),
    player_kyc_level: numberOr(body['player_kyc_level']),
    game_type: textOr(body['game_type']),
    game_id: textOr(body['game_id']),
    game_name: textOr(body['game_name']),
    game_sport: textOr(body['game_sport']),
    game_competition: textOr(body['game_competition']),
    game_odds: numberOr(body['game_odds']),
    game_bet_id: textOr(body['game_bet_id']),
    device_type: textOr(body['device_type']),
    operator: textOr(body['operator']),
    ip_address: addressOr(body['ip_address']),
    session_id: textOr(body['session_id']),
    user_agent: textOr(body['user_agent']),
    device_id: textOr(body['device_id']),
    late: false,
  };
}

function textOr(value: unknown): string | null {
  return value === undefined ? null : (value as string);
}

function addressOr(value: unknown): string | null {
  return value === undefined ? null : ipSpelling(value as string);
}

function numberOr(value: unknown): number | null {
  return value === undefined ? null : (value as number);
}
