import type { ResendCommand } from '@stakewatch/contracts';
import { anAlert, anEndpoint } from '../testing/samples';
import { deliveriesOf, noticesOf, resendsOf, warningsOf } from './deliveries';

const endpoints = [
  anEndpoint({ id: 'we_both' }),
  anEndpoint({ id: 'we_created', events: ['alert.created'] }),
  anEndpoint({ id: 'we_all', events: ['*'] }),
  anEndpoint({ id: 'we_off', status: 'disabled' }),
  anEndpoint({ id: 'we_other', companyId: 'acme-sandbox' }),
];
const idsOf = (list: readonly { endpointId: string }[]) => list.map(({ endpointId }) => endpointId);

test('each endpoint of the company that takes the type gets one delivery, a disabled one too', () => {
  expect(idsOf(deliveriesOf(anAlert(), endpoints))).toEqual(['we_both', 'we_created', 'we_all', 'we_off']);
  expect(idsOf(deliveriesOf(anAlert({ revision: 2 }), endpoints))).toEqual(['we_both', 'we_all', 'we_off']);
});

test('dry-run alerts are never sent', () => {
  expect(deliveriesOf(anAlert({ mode: 'dry_run' }), endpoints)).toEqual([]);
});

test('the same alert revision repeats its ids; another revision or endpoint has its own', () => {
  const ids = (revision: number) => deliveriesOf(anAlert({ revision }), endpoints).map(({ id }) => id);
  expect(ids(1)).toEqual(ids(1));
  expect(new Set([...ids(1), ...ids(2), ...ids(3)]).size).toBe(ids(1).length + ids(2).length + ids(3).length);
});

const command = (changes: Partial<ResendCommand> = {}): ResendCommand => ({
  commandId: '3f0d9c5e-0d39-4b8a-9f2f-0a5d5f1c7d10',
  companyId: 'acme',
  alertId: anAlert().alert_id,
  revision: null,
  endpointId: null,
  requestedAt: '2026-11-21T12:00:00Z',
  requestedBy: 'ops',
  ...changes,
});

test('a resend goes to every enabled endpoint, or to the one it names though disabled, never to another company', () => {
  expect(idsOf(resendsOf(command(), anAlert({ revision: 2 }), endpoints))).toEqual(['we_both', 'we_created', 'we_all']);
  expect(idsOf(resendsOf(command({ endpointId: 'we_off' }), anAlert(), endpoints))).toEqual(['we_off']);
  expect(resendsOf(command({ endpointId: 'we_other' }), anAlert(), endpoints)).toEqual([]);
});

test('a resend has the webhook-id of the first sending, and a place of its own in the queue', () => {
  const [first] = deliveriesOf(anAlert(), endpoints);
  const [again] = resendsOf(command(), anAlert(), endpoints);
  expect(again?.deliveryId).toBe(first?.deliveryId);
  expect(again?.id).not.toBe(first?.id);
  expect(again?.body).toBe(first?.body);
});

test("notices go to the company's other enabled endpoints, with the same ids however often", () => {
  const gone = anEndpoint({ id: 'we_both', url: 'https://user:secret@hooks.example.com/x?token=secret' });
  const notices = noticesOf(gone, 'the endpoint answered 410 Gone', 1_790_000_000_000, endpoints, false);
  expect(idsOf(notices)).toEqual(['we_created', 'we_all']);
  expect(notices[0]?.body).not.toContain('secret');
  expect(noticesOf(gone, 'again', 1_790_000_009_000, endpoints, false).map(({ id }) => id)).toEqual(notices.map(({ id }) => id));
});

test('warnings go to the same others, with the same ids for the same streak and none of a disabling', () => {
  const failing = anEndpoint({ id: 'we_both', url: 'https://user:secret@hooks.example.com/x?token=secret' });
  const facts = { failingSinceMs: 1_790_000_000_000, failures: 5, httpStatus: 500, error: 'status_500', atMs: 1_790_003_600_000, disabledAtMs: 1_790_432_000_000 };
  const warnings = warningsOf(failing, facts, endpoints);
  expect(idsOf(warnings)).toEqual(['we_created', 'we_all']);
  expect(warnings[0]).toMatchObject({ eventType: 'endpoint.failing', body: expect.not.stringContaining('secret') });
  expect(warningsOf(failing, { ...facts, failures: 9, atMs: facts.atMs + 1 }, endpoints).map(({ id }) => id)).toEqual(warnings.map(({ id }) => id));
  const ofDisabling = noticesOf(failing, 'the endpoint answered 410 Gone', facts.atMs, endpoints, false).map(({ id }) => id);
  const ofLaterStreak = warningsOf(failing, { ...facts, failingSinceMs: facts.failingSinceMs + 1 }, endpoints).map(({ id }) => id);
  expect(new Set([...warnings.map(({ id }) => id), ...ofDisabling, ...ofLaterStreak]).size).toBe(6);
});

test('an endpoint that is disabled is told itself, for later: its company may have no other', () => {
  const only = anEndpoint({ id: 'we_only' });
  const notices = noticesOf(only, 'the endpoint answered 410 Gone', 1_790_000_000_000, [only], true);
  expect(notices).toMatchObject([{ endpointId: 'we_only', eventType: 'endpoint.disabled', reason: 'schedule', attempts: 0 }]);
  expect(JSON.parse(notices[0]?.body ?? '')).toMatchObject({ data: { endpoint_id: 'we_only', reason: 'the endpoint answered 410 Gone' } });
  expect(noticesOf(only, 'again', 1_790_000_009_000, [only], true).map(({ id }) => id)).toEqual(notices.map(({ id }) => id));
});
