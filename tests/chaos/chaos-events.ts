import { type BettingEvent, eventIdentity } from '@stakewatch/contracts';
import { randomOf } from '@stakewatch/random';
import { bettingEvent } from '@stakewatch/testing';

const TYPES = ['DEPOSIT', 'WITHDRAWAL', 'BET_PLACED', 'BET_PLACED', 'BET_WON', 'BET_LOST', 'JACKPOT'] as const;
const OPERATORS = ['ORANGE_SN', 'WAVE_SN', 'FREE_SN', 'CARD', 'BANK_TRANSFER', 'MTN_CI'];
const COUNTRIES = ['SEN', 'CIV', 'MLI', 'GHA', 'NGA'];

/**
 * A restless crowd: few players, little time between events, so that every kind of rule has something to see. Event times lie
 * within the last three hours and in no order.
 */
export function* chaosEvents(run: string, companyId: string, seed: number, nowMs: number): Generator<BettingEvent> {
  const random = randomOf(seed);
  const pick = <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T;
  const identity = eventIdentity(companyId);
  // Addresses are this run's own, as players are: another run's events must not meet them.
  const network = Math.floor(nowMs / 1000) % 250;
  for (let index = 0; ; index += 1) {
    const player = Math.floor(random() ** 1.3 * 400);
    const type = pick(TYPES);
    const amount = 100 * Math.ceil(random() * 5000);
    const before = 1_000_000 + Math.floor(random() * 1000);
    const credit = ['DEPOSIT', 'BET_WON', 'JACKPOT'].includes(type) ? amount : type === 'BET_LOST' ? 0 : -amount;
    const mismatch = random() < 0.002 ? 7 : 0;
    const externalId = `${run}-${index}`;
    yield bettingEvent({
      external_event_id: externalId,
      uuid: identity.uuidOf(externalId),
      company_id: companyId,
      player_id: `${run}-player-${player}`,
      event_type: type,
      event_timestamp: (nowMs - Math.floor(random() * 3 * 3_600_000)) * 1000,
      amount,
      currency: random() < 0.9 ? 'XOF' : 'EUR',
      balance_before: before,
      balance_after: before + credit + mismatch,
      player_phone: random() < 0.5 ? `${run}-${player % 90}` : null,
      player_country: player % 11 === 0 ? pick(COUNTRIES) : 'SEN',
      player_kyc_level: player % 4,
      game_type: type.startsWith('BET') ? 'SPORTS' : null,
      game_odds: type.startsWith('BET') ? 1.2 + Math.round(random() * 80) / 10 : null,
      game_bet_id: type.startsWith('BET') ? `bet-${index}` : null,
      device_type: 'MOBILE',
      operator: type === 'DEPOSIT' || type === 'WITHDRAWAL' ? OPERATORS[player % 7 === 0 ? Math.floor(random() * OPERATORS.length) : 0] as string : null,
      ip_address: `10.${network}.${player % 50}.${Math.floor(random() * 3)}`,
      session_id: `${run}-s-${player}-${Math.floor(random() * 2)}`,
      device_id: `${run}-d-${player % 120}`,
    });
  }
}

/** The event as an operator sends it, in the document's grouped form. */
export function asSent(event: BettingEvent): object {
  const present = (fields: Record<string, unknown>) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return {
    event_id: event.external_event_id,
    player: present({ id: event.player_id, phone: event.player_phone, country: event.player_country, kyc_level: event.player_kyc_level }),
    event: present({ type: event.event_type, timestamp: new Date(event.event_timestamp / 1000).toISOString(), amount: event.amount, currency: event.currency, balance_before: event.balance_before, balance_after: event.balance_after }),
    ...(event.game_type === null ? {} : { game: present({ type: event.game_type, odds: event.game_odds, bet_id: event.game_bet_id }) }),
    metadata: present({ device_type: event.device_type, operator: event.operator, ip_address: event.ip_address, session_id: event.session_id, device_id: event.device_id }),
  };
}
