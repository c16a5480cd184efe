import { type Alert, type BettingEvent, eventIdentity } from '@stakewatch/contracts';
import { type AvroCodec, createAvroCodec, createMemorySchemaIds, type DeadLetters, type LogRecord } from '@stakewatch/runtime';
import { EVENTS } from '../table/targets';

export async function testCodec(): Promise<AvroCodec> {
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('betting-event');
  await codec.register('alert');
  return codec;
}

export function sampleEvent(id: string, overrides: Partial<BettingEvent> = {}): BettingEvent {
  return {
    uuid: eventIdentity('acme').uuidOf(id), company_id: 'acme', external_event_id: id, player_id: 'pl-1', event_type: 'BET_PLACED', event_timestamp: 1_770_000_000_000_000, received_at: 1_770_000_000_050_000,
    amount: 5000, currency: 'XOF', balance_before: 15_000, balance_after: 10_000, player_phone: '+221771234567', player_country: 'SEN', player_kyc_level: 2, game_type: null, game_id: null, game_name: null,
    game_sport: null, game_competition: null, game_odds: 2.5, game_bet_id: null, device_type: null, operator: null, ip_address: '41.138.45.22', session_id: null, user_agent: null, device_id: null, late: false,
    ...overrides,
  };
}

export function sampleAlert(alertId: string, revision: number): Alert {
  return {
    alert_id: alertId, revision, company_id: 'acme', status: 'open', mode: 'live', rule_id: 'deposit-burst', rule_version: 1, rule_title: 'Deposit burst', severity: 'high', score: 40, tags: ['velocity'],
    subject_type: 'player', subject: 'pl-1', player_id: 'pl-1', window_start: 1_770_000_000_000_000, window_end: 1_770_000_600_000_000, event_uuid: eventIdentity('acme').uuidOf('e'),
    event_timestamp: 1_770_000_000_000_000, currency: 'XOF', facts: [{ name: 'deposits', value: 6, window_start: 1_769_999_400_000_000, window_end: 1_770_000_000_000_000, truncated: false }], settings: '{"limit":5}',
    event_uuids: [eventIdentity('acme').uuidOf('e')], event_count: 6, event_received_at: 1_770_000_000_050_000, decided_at: 1_770_000_000_060_000,
  };
}

export function recordOf(value: Buffer | null, offset: number, topic: string = EVENTS.topic): LogRecord {
  return { topic, partition: 0, offset, timestamp: 1_770_000_000_000, key: Buffer.from('acme|pl-1'), value, headers: {} };
}

/** Keeps what was dead-lettered. */
export function memoryDeadLetters(): DeadLetters & { readonly letters: { record: LogRecord; reason: string }[] } {
  const letters: { record: LogRecord; reason: string }[] = [];
  return { letters, publish: async (more) => void letters.push(...more) };
}

export const silentObserver = { written() {}, duplicates() {}, refused() {}, retry() {} };
