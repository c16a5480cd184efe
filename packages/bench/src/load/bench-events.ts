import { type BettingEvent, eventIdentity } from '@stakewatch/contracts';

const TYPES = ['BET_PLACED', 'BET_PLACED', 'BET_PLACED', 'BET_WON', 'BET_LOST', 'BET_LOST', 'DEPOSIT', 'WITHDRAWAL'] as const;
const OPERATORS = ['ORANGE_SN', 'WAVE_SN', 'FREE_SN'];
const GAMES = ['Senegal vs Nigeria', 'Mali vs Ghana', 'Cameroon vs Egypt', 'Morocco vs Tunisia'];

/** The n-th event of a company: an ordinary one, of one of `players` players, in the document's grouped form (about 520 bytes of JSON). */
export function groupedEvent(prefix: string, index: number, players: number, at: number, random: () => number): object {
  const type = TYPES[index % TYPES.length] as (typeof TYPES)[number];
  const player = Math.floor(random() * players);
  const amount = 500 + Math.floor(random() * 200) * 50;
  const before = 100_000 + Math.floor(random() * 1000) * 100;
  const delta = ['BET_WON', 'DEPOSIT'].includes(type) ? amount : type === 'BET_LOST' ? 0 : -amount;
  return {
    event_id: `${prefix}-${index}`,
    player: { id: `player-${player}`, phone: `+22177${String(1_000_000 + player)}`, country: 'SEN', kyc_level: 2 },
    event: { type, timestamp: new Date(at).toISOString(), amount, currency: 'XOF', balance_before: before, balance_after: before + delta },
    game: type.startsWith('BET') ? { type: 'SPORTS', id: `game-${index % 97}`, name: GAMES[index % GAMES.length], sport: 'football', competition: 'CAN 2025', odds: 1.5 + (index % 20) / 10, bet_id: `bet-${index}` } : undefined,
    metadata: { device_type: 'MOBILE', operator: OPERATORS[player % OPERATORS.length], ip_address: `41.138.${player % 200}.${(player >> 3) % 250}`, session_id: `sess-${player}` },
  };
}

/** The same event as the gateway would publish it. Times in microseconds. */
export function acceptedEvent(companyId: string, index: number, players: number, atMicros: number, random: () => number): BettingEvent {
  const grouped = groupedEvent('evt', index, players, atMicros / 1000, random) as {
    event_id: string;
    player: { id: string; phone: string; country: string; kyc_level: number };
    event: { type: BettingEvent['event_type']; amount: number; currency: string; balance_before: number; balance_after: number };
    game?: { type: string; id: string; name: string; sport: string; competition: string; odds: number; bet_id: string };
    metadata: { device_type: string; operator: string; ip_address: string; session_id: string };
  };
  const { player, event, game, metadata } = grouped;
  return {
    uuid: identityOf(companyId).uuidOf(grouped.event_id),
    company_id: companyId,
    external_event_id: grouped.event_id,
    player_id: player.id,
    event_type: event.type,
    event_timestamp: atMicros,
    received_at: atMicros,
    amount: event.amount,
    currency: event.currency,
    balance_before: event.balance_before,
    balance_after: event.balance_after,
    player_phone: player.phone,
    player_country: player.country,
    player_kyc_level: player.kyc_level,
    game_type: game?.type ?? null,
    game_id: game?.id ?? null,
    game_name: game?.name ?? null,
    game_sport: game?.sport ?? null,
    game_competition: game?.competition ?? null,
    game_odds: game?.odds ?? null,
    game_bet_id: game?.bet_id ?? null,
    device_type: metadata.device_type,
    operator: metadata.operator,
    ip_address: metadata.ip_address,
    session_id: metadata.session_id,
    user_agent: null,
    device_id: null,
    late: false,
  };
}

const identities = new Map<string, ReturnType<typeof eventIdentity>>();

function identityOf(companyId: string): ReturnType<typeof eventIdentity> {
  let identity = identities.get(companyId);
  if (!identity) identities.set(companyId, (identity = eventIdentity(companyId)));
  return identity;
}
