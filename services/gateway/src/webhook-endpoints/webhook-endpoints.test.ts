import type { EndpointStanding } from '@stakewatch/alert-dispatcher';
import { TOPICS, WebhookEndpointRecord } from '@stakewatch/contracts';
import { EndpointDesk } from '@stakewatch/control';
import { Retriable } from '@stakewatch/runtime';
import { FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { webhookEndpointRoutes } from './routes';

const world = new FixtureWorld();
const standings = new Map<string, EndpointStanding>();
const UPDATED = '2026-11-20T12:00:00.000Z';
const idOf = (name: string) => `we_${name.padEnd(16, '0')}`;
const instant = (text: string) => Date.parse(text);
let down = false;
let gateway: Awaited<ReturnType<typeof startGateway>>;
let keys: { acme: string; sandbox: string; globex: string };

beforeAll(async () => {
  world.company('acme', { requestsPerMinute: 100_000 });
  world.company('globex');
  keys = { acme: world.key('acme').key, sandbox: world.key('acme', 'sandbox').key, globex: world.key('globex').key };
  const desk = new EndpointDesk(await world.log.table('webhookEndpoints', WebhookEndpointRecord), await world.log.producer());
  const of = async (ids: readonly string[]) => {
    if (down) throw new Retriable('Redis is away');
    return new Map(ids.map((id) => [id, standings.get(id) ?? { streak: null, pending: 0, nextDueMs: null }]));
  };
  gateway = await startGateway(world, { routes: webhookEndpointRoutes({ desk, standings: { of } }) });
});
afterAll(() => gateway.close());
beforeEach(() => {
  const known = new Set(world.log.records(TOPICS.webhookEndpoints.name).map(({ key }) => key?.toString() ?? ''));
  for (const key of known) world.log.append({ topic: TOPICS.webhookEndpoints.name, key, value: null });
  standings.clear();
  down = false;
});

function put(name: string, changes: Partial<WebhookEndpointRecord> = {}): WebhookEndpointRecord {
  const record: WebhookEndpointRecord = { id: idOf(name), companyId: 'acme', url: `https://hooks.example.com/${name}`, events: ['alert.created'], secrets: ['whsec_c3Rha2V3YXRjaCB0ZXN0IHNlY3JldCwgMzIgYnl0ZXM='], status: 'enabled', disabledReason: null, createdAt: UPDATED, updatedAt: UPDATED, ...changes };
  world.put(TOPICS.webhookEndpoints.name, record.id, record);
  return record;
}

const disabled = { status: 'disabled', disabledReason: 'the endpoint answered 410 Gone', disabledAt: '2026-11-20T11:59:59.000Z', disabledBy: 'failures' } as const;
const streakAt = (since: string, last: string, changes: Partial<NonNullable<EndpointStanding['streak']>> = {}) => ({ sinceMs: instant(since), failures: 7, lastMs: instant(last), httpStatus: 500, error: 'status_500', disableAfterMs: 120 * 3_600_000, ...changes });
const stored = (name: string) => world.log.records(TOPICS.webhookEndpoints.name).filter(({ key }) => key?.toString() === idOf(name)).map(({ value }) => value && (JSON.parse(value.toString()) as WebhookEndpointRecord));

async function call(method: string, path: string, key = keys.acme, body?: string) {
  const response = await fetch(`${gateway.url}/api/v1/webhook-endpoints${path}`, { method, headers: { 'X-API-Key': key }, ...(body === undefined ? {} : { body }) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

test('a failing endpoint says since when, why, what waits, when the next try is and when it is disabled', async () => {
  put('a', { url: 'https://user:pass@hooks.example.com/a?token=secret' });
  standings.set(idOf('a'), { streak: streakAt('2026-11-20T13:00:00Z', '2026-11-20T15:00:00Z'), pending: 12, nextDueMs: instant('2026-11-20T17:00:00Z') });
  const { status, body } = await call('GET', `/${idOf('a')}`);
  expect(status).toBe(200);
  expect(body).toEqual({
    id: idOf('a'),
    url: 'https://hooks.example.com/a',
    events: ['alert.created'],
    status: 'failing',
    failing_since: '2026-11-20T13:00:00.000Z',
    failures: 7,
    disables_at: '2026-11-25T13:00:00.000Z',
    disabled_at: null,
    disabled_by: null,
    disabled_reason: null,
    last_failure: { at: '2026-11-20T15:00:00.000Z', http_status: 500, error: 'status_500' },
    pending: 12,
    next_attempt_at: '2026-11-20T17:00:00.000Z',
    created_at: UPDATED,
    updated_at: UPDATED,
  });
});

test('a disabled one says when, by whom and why, and that nothing is tried', async () => {
  put('a', disabled);
  standings.set(idOf('a'), { streak: streakAt('2026-11-15T13:00:00Z', '2026-11-20T11:00:00Z', { httpStatus: null, error: 'timeout' }), pending: 3, nextDueMs: instant('2026-11-20T17:00:00Z') });
  const disabledView = { status: 'disabled', disabled_at: '2026-11-20T11:59:59.000Z', disabled_by: 'failures', disabled_reason: 'the endpoint answered 410 Gone', failing_since: null, disables_at: null, failures: 0, last_failure: { http_status: null, error: 'timeout' }, pending: 3, next_attempt_at: null };
  expect(await call('GET', `/${idOf('a')}`)).toMatchObject({ status: 200, body: disabledView });
});

test('failures of before its last change do not count, and a record of before disabled_at has its last change', async () => {
  put('a');
  standings.set(idOf('a'), { streak: streakAt('2026-11-20T11:00:00Z', '2026-11-20T11:30:00Z'), pending: 0, nextDueMs: null });
  expect(await call('GET', `/${idOf('a')}`)).toMatchObject({ body: { status: 'enabled', failures: 0, failing_since: null, last_failure: { error: 'status_500' } } });
  put('b', { status: 'disabled', disabledReason: 'by hand' });
  expect(await call('GET', `/${idOf('b')}`)).toMatchObject({ body: { status: 'disabled', disabled_at: UPDATED, disabled_by: null } });
});

test('a company sees its own only, its sandbox apart; the page goes on, also within one status', async () => {
  for (const name of ['a', 'b', 'c']) put(name);
  put('d', disabled);
  put('s', { companyId: 'acme-sandbox' });
  put('g', { companyId: 'globex' });
  const first = await call('GET', '?limit=3');
  expect(first.body.items.map(({ id }: { id: string }) => id)).toEqual(['a', 'b', 'c'].map(idOf));
  const second = await call('GET', `?limit=3&after=${first.body.next}`);
  expect(second.body).toMatchObject({ items: [{ id: idOf('d') }], next: null });
  expect((await call('GET', '?status=disabled')).body).toMatchObject({ items: [{ id: idOf('d') }], next: null });
  expect((await call('GET', '?status=enabled&limit=2')).body).toMatchObject({ items: [{ id: idOf('a') }, { id: idOf('b') }], next: idOf('b') });
  expect((await call('GET', '', keys.sandbox)).body.items).toMatchObject([{ id: idOf('s') }]);
  expect((await call('GET', '', keys.globex)).body.items).toMatchObject([{ id: idOf('g') }]);
  expect(JSON.stringify(first.body)).not.toContain('whsec_');
});

test('one that was disabled for its failures is enabled; again changes nothing', async () => {
  put('a', disabled);
  expect(await call('POST', `/${idOf('a')}/enable`)).toMatchObject({ status: 200, body: { id: idOf('a'), status: 'enabled', disabled_at: null, disabled_by: null, disabled_reason: null } });
  expect(stored('a').at(-1)).toMatchObject({ status: 'enabled', disabledReason: null, disabledAt: null, disabledBy: null, secrets: [expect.stringMatching(/^whsec_/)] });
  const writes = stored('a').length;
  expect(await call('POST', `/${idOf('a')}/enable`, keys.acme, '{"anything":')).toMatchObject({ status: 200, body: { status: 'enabled' } });
  expect(stored('a')).toHaveLength(writes);
});

test("nobody enables another's, nor by itself what was disabled by hand", async () => {
  put('a', disabled);
  put('h', { ...disabled, disabledBy: 'hand' });
  for (const key of [keys.globex, keys.sandbox]) {
    expect(await call('GET', `/${idOf('a')}`, key)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await call('POST', `/${idOf('a')}/enable`, key)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  }
  expect(await call('POST', `/${idOf('h')}/enable`)).toMatchObject({ status: 409, body: { code: 'ENDPOINT_HELD' } });
  expect([stored('a').at(-1)?.status, stored('h').at(-1)?.status]).toEqual(['disabled', 'disabled']);
  expect((await fetch(`${gateway.url}/api/v1/webhook-endpoints`)).status).toBe(401);
});

test.each([['constructor'], ['__proto__'], ['..%2f..%2fevents'], ['%00'], [encodeURIComponent('😀')], ['we_*'], ["we_a'--"], ['x'.repeat(5_000)]])('%.20s is no endpoint', async (id) => {
  put('a', disabled);
  expect(await call('GET', `/${id}`)).toMatchObject({ status: 404 });
  expect(await call('POST', `/${id}/enable`)).toMatchObject({ status: 404 });
});

test.each([
  ['?limit=0', 'limit'],
  ['?limit=101', 'limit'],
  ['?limit=ten', 'limit'],
  ['?limit=1&limit=2', 'limit'],
  ['?status=gone', 'status'],
  ['?status=disabled&status=enabled', 'status'],
  ['?after=a&after=b', 'after'],
  ['?company=globex', 'company'],
  ['?__proto__=1', '__proto__'],
])('%s is refused at %s', async (query, path) => expect(await call('GET', query)).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETER', errors: [{ path }] } }));

test('without Redis the answer is 503; what was enabled stays so', async () => {
  put('a', disabled);
  down = true;
  expect(await call('GET', '')).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  const enabling = await call('POST', `/${idOf('a')}/enable`);
  expect([enabling.status, enabling.headers.get('retry-after')]).toEqual([503, '2']);
  expect(stored('a').at(-1)?.status).toBe('enabled');
});

test('other methods are told', async () => {
  expect((await call('DELETE', '')).headers.get('allow')).toBe('GET, HEAD');
  expect((await call('GET', `/${idOf('a')}/enable`)).headers.get('allow')).toBe('POST');
});
