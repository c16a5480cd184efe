import type { BettingEvent } from '@stakewatch/contracts';
import { EXAMPLE_WORLD } from '@stakewatch/transaction-monitor';
import { tryJob, type VelocityJob } from './try-job';

const geo = () => EXAMPLE_WORLD;
const START = Date.UTC(2026, 0, 1) * 1000;
const event = (index: number, more: Partial<BettingEvent> = {}): BettingEvent => ({
  ...{ uuid: '', company_id: '', external_event_id: `e-${index}`, player_id: 'p1', event_type: 'DEPOSIT', event_timestamp: START + index * 1_000_000 + 5, received_at: 0, amount: 10, currency: 'EUR', balance_before: null, balance_after: null },
  ...{ player_phone: null, player_country: null, player_kyc_level: null, game_type: null, game_id: null, game_name: null, game_sport: null, game_competition: null, game_odds: null, game_bet_id: null },
  ...{ device_type: null, operator: null, ip_address: null, session_id: null, user_agent: null, device_id: null, late: false },
  ...more,
});
const definition = { id: 'own-rule', title: 't', description: 'd', per: 'player', on: ['DEPOSIT'], facts: { n: { fact: 'count', within: '10m' }, gap: { fact: 'timeSince', within: '1h' } }, when: 'n > limit', settings: { limit: 1 }, outcome: { severity: 'low', score: 5, tags: ['x'] } };
const job = (more: Partial<VelocityJob> = {}): VelocityJob => ({ service: 'velocity', companyId: 'acme', definition, settings: {}, records: [], events: [event(0), event(1)], ...more });

test('events are told by the ids that the caller gave, times to the microsecond, what is no number as null', () => {
  const answer = tryJob(job(), geo);
  if (!answer.ok) throw new Error(JSON.stringify(answer));
  expect(answer.results[0]).toEqual({
    index: 0,
    id: 'e-0',
    status: 'judged',
    fired: false,
    subject: { type: 'player', id: 'p1' },
    facts: [
      { name: 'n', value: 1, window_start: '2025-12-31T23:50:00.000005Z', window_end: '2026-01-01T00:00:00.000005Z', truncated: false },
      { name: 'gap', value: null, window_start: '2025-12-31T23:00:00.000005Z', window_end: '2026-01-01T00:00:00.000005Z', truncated: false },
    ],
    alerts: [],
    error: null,
  });
  expect(answer.results[1]).toMatchObject({ fired: true, alerts: [{ status: 'open', revision: 1, severity: 'low', score: 5, code: null, tags: ['x'], event_id: 'e-1', event_ids: ['e-0', 'e-1'], event_count: 2, window_start: '2026-01-01T00:00:00.000Z', window_end: '2026-01-01T01:00:00.000Z' }] });
});

test('faults say whether they are in the definition or in the settings over it', () => {
  expect(tryJob(job({ definition: { ...definition, when: 'n >' } }), geo)).toMatchObject({ ok: false, errors: [{ path: 'definition.when', position: { line: 1 } }] });
  expect(tryJob(job({ settings: { limit: 'x' } }), geo)).toMatchObject({ ok: false, errors: [{ path: 'settings.limit' }] });
  expect(tryJob(job({ definition: null }), geo)).toMatchObject({ ok: false, errors: [{ path: 'definition' }] });
  expect(tryJob({ service: 'bonus', companyId: 'acme', definition: { kind: 'bonus' }, settings: {}, records: [], inputs: [] }, geo)).toMatchObject({ ok: false, errors: expect.arrayContaining([expect.objectContaining({ path: 'definition.id' })]) });
  expect(tryJob({ service: 'transaction', companyId: 'acme', definition: { kind: 'transaction' }, settings: {}, records: [], transactions: [], lists: new Map() }, geo)).toMatchObject({ ok: false, errors: expect.arrayContaining([expect.objectContaining({ path: 'definition.id' })]) });
});

test('a job is plain data: another thread gets the same', () => {
  expect(structuredClone(job())).toEqual(job());
});
