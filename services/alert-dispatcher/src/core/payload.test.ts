import { anAlert } from '../testing/samples';
import { alertBody, alertEventType, disabledNoticeBody, failingNoticeBody } from './payload';

test('the first revision is created, later ones are updates', () => {
  expect(alertEventType({ revision: 1 })).toBe('alert.created');
  expect(alertEventType({ revision: 2 })).toBe('alert.updated');
});

test('body of alert.created', () => {
  expect(JSON.parse(alertBody(anAlert()))).toEqual({
    type: 'alert.created',
    timestamp: '2026-09-21T14:15:24.010000Z',
    data: {
      alert_id: '7a1d2a55-6f4e-5b0c-8a58-d3b0b6a3b7c2',
      revision: 1,
      company_id: 'acme',
      status: 'open',
      rule_id: 'deposit-burst',
      rule_version: 1,
      rule_title: 'Many deposits in a short time',
      severity: 'high',
      score: 40,
      tags: ['velocity'],
      subject_type: 'player',
      subject: 'player-456',
      player_id: 'player-456',
      window_start: '2026-09-21T14:13:20.000000Z',
      window_end: '2026-09-21T14:23:20.000000Z',
      event_uuid: '550e8400-e29b-81d4-a716-446655440000',
      event_timestamp: '2026-09-21T14:15:23.456789Z',
      currency: 'XOF',
      money_unit: 'currency_unit',
      facts: [{ name: 'deposits', value: 6, window_start: '2026-09-21T14:05:23.456789Z', window_end: '2026-09-21T14:15:23.456789Z', truncated: false }],
      settings: { limit: 5 },
      event_uuids: ['550e8400-e29b-81d4-a716-446655440000'],
      event_count: 6,
      event_received_at: '2026-09-21T14:15:24.000001Z',
      decided_at: '2026-09-21T14:15:24.010000Z',
    },
  });
});

test('a withdrawn alert is an update that says so', () => {
  expect(JSON.parse(alertBody(anAlert({ revision: 2, status: 'withdrawn' })))).toMatchObject({ type: 'alert.updated', data: { revision: 2, status: 'withdrawn' } });
});

test('settings that are no JSON are passed on as text', () => {
  expect(JSON.parse(alertBody(anAlert({ settings: 'limit 5' })))).toMatchObject({ data: { settings: 'limit 5' } });
});

test('body of endpoint.disabled', () => {
  const notice = { companyId: 'acme', endpointId: 'we_a', url: 'https://x.example/hook', reason: 'the endpoint answered 410 Gone', disabledAtMs: 1_790_000_000_000 };
  expect(JSON.parse(disabledNoticeBody(notice))).toEqual({
    type: 'endpoint.disabled',
    timestamp: '2026-09-21T14:13:20.000000Z',
    data: { company_id: 'acme', endpoint_id: 'we_a', url: 'https://x.example/hook', reason: 'the endpoint answered 410 Gone', disabled_at: '2026-09-21T14:13:20.000000Z' },
  });
});

test('body of endpoint.failing', () => {
  const notice = { companyId: 'acme', endpointId: 'we_a', url: 'https://x.example/hook', failingSinceMs: 1_790_000_000_000, failures: 7, httpStatus: null, error: 'timeout', atMs: 1_790_003_600_000, disabledAtMs: 1_790_432_000_000 };
  expect(JSON.parse(failingNoticeBody(notice))).toEqual({
    type: 'endpoint.failing',
    timestamp: '2026-09-21T15:13:20.000000Z',
    data: { company_id: 'acme', endpoint_id: 'we_a', url: 'https://x.example/hook', failing_since: '2026-09-21T14:13:20.000000Z', failures: 7, http_status: null, error: 'timeout', disables_at: '2026-09-26T14:13:20.000000Z' },
  });
});
