import { type BettingEvent, eventIdentity } from '@stakewatch/contracts';

/** A valid event with everything optional absent; override what the test is about. Times in microseconds UTC. */
export function bettingEvent(overrides: Partial<BettingEvent> & { external_event_id: string }): BettingEvent {
  const company = overrides.company_id ?? 'acme';
  const at = overrides.event_timestamp ?? Date.UTC(2026, 1, 3, 12) * 1000;
  return {
    uuid: eventIdentity(company).uuidOf(overrides.external_event_id),
    company_id: company,
    player_id: 'player-1',
    event_type: 'DEPOSIT',
    event_timestamp: at,
    received_at: at + 50_000,
    amount: 1000,
    currency: 'XOF',
    balance_before: null,
    balance_after: null,
    player_phone: null,
    player_country: null,
    player_kyc_level: null,
    game_type: null,
    game_id: null,
    game_name: null,
    game_sport: null,
    game_competition: null,
    game_odds: null,
    game_bet_id: null,
    device_type: null,
    operator: null,
    ip_address: null,
    session_id: null,
    user_agent: null,
    device_id: null,
    late: false,
    ...overrides,
  };
}
