import type { AlertFilter, ListedAlert, StoredAlert, StoredAttempt } from '@stakewatch/clickhouse';
import { CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import { createHistoryLevel } from '../decisions/history-level';
import { FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { alertRoutes, MAX_ATTEMPTS } from './routes';

const ALERT = '7d444840-9dc0-51d1-b245-5ffdce74fad2';
const AT = '2026-03-01T10:00:00.000000Z';
const listed = (id: string): ListedAlert => ({ id, revision: 2, status: 'open', mode: 'live', rule_id: 'deposit-burst', rule_version: 1, rule_title: 'Deposit burst', severity: 'high', score: 40, tags: [], subject_type: 'player', subject: 'p', player_id: 'p', currency: 'XOF', event_uuid: id, event_timestamp: AT, event_count: 6, decided_at: AT });
const alert = (id: string): StoredAlert => ({ ...listed(id), window_start: AT, window_end: AT, facts: [{ name: 'deposits', value: 6, window_start: AT, window_end: AT, truncated: false }], settings: { limit: 5 }, event_uuids: [id], event_received_at: AT });
const attempt: StoredAttempt = { delivery_id: ALERT, endpoint_id: 'we_1', url: 'https://acme.example/', event_type: 'alert.created', revision: 1, attempt: 1, reason: 'schedule', outcome: 'failed', http_status: 500, error: null, response_excerpt: 'no', started_at: AT, duration_ms: 3, next_attempt_at: AT };
const label = { label: 'fraud', note: null, by: 'ana', labelled_at: AT };

const world = new FixtureWorld();
/** The history in memory, by company and id. */
const alerts = new Map<string, StoredAlert>();
const asked: { company: string; filter: AlertFilter }[] = [];
let failing = false;
const guarded = <T>(value: T): T => {
  if (failing) throw new Error('ClickHouse is away');
  return value;
};
let gateway: Awaited<ReturnType<typeof startGateway>>;
let keys: { acme: string; globex: string; sandbox: string };

beforeAll(async () => {
  world.company('acme', { requestsPerMinute: 1_000_000 });
  world.company('globex');
  keys = { acme: world.key('acme').key, globex: world.key('globex').key, sandbox: world.key('acme', 'sandbox').key };
  const reader = {
    page: async (company: string, filter: AlertFilter) => {
      asked.push({ company, filter });
      return guarded({ items: [...alerts].filter(([key]) => key.startsWith(`${company}|`)).map(([, { id }]) => listed(id)), next: { micros: '1772359200000000', id: ALERT } });
    },
    find: async (company: string, id: string) => guarded(alerts.get(`${company}|${id}`) ?? null),
    attempts: async (company: string, id: string, limit: number) => guarded(alerts.has(`${company}|${id}`) && limit === MAX_ATTEMPTS ? { items: [attempt], total: 1 } : { items: [], total: 0 }),
  };
  const labels = { labels: async () => guarded([label]), standingLabels: async (_: string, ids: readonly string[]) => guarded(new Map(ids.map((id) => [id, label]))) };
  gateway = await startGateway(world, { routes: alertRoutes({ reader, labels, level: createHistoryLevel(await world.log.admin()), waitMs: 400 }) });
});
beforeEach(() => {
  failing = false;
  asked.length = 0;
  alerts.clear();
  alerts.set(`acme|${ALERT}`, alert(ALERT));
  written();
});
afterAll(() => gateway.close());

function written(): void {
  for (const { partition, offset } of world.log.records(TOPICS.alerts.name)) world.log.commit(CONSUMER_GROUPS.historyRecords.name, { topic: TOPICS.alerts.name, partition }, offset + 1);
}

async function get(path: string, key = keys.acme, method = 'GET') {
  const response = await fetch(`${gateway.url}/api/v1/alerts${path}`, { method, headers: { 'X-API-Key': key } });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

test('an alert is read with its evidence, its deliveries and its labels, by any spelling of its uuid', async () => {
  for (const id of [ALERT, ALERT.toUpperCase()]) {
    expect(await get(`/${id}`)).toEqual({ status: 200, headers: expect.anything(), body: { ...alert(ALERT), attempts: [attempt], attempts_total: 1, label, labels: [label] } });
  }
});

test('a page has the label that stands, and next leads to the one after', async () => {
  const { status, body } = await get('?rule=deposit-burst&player=p&status=open&severity=high&mode=live&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00%2B01:00&limit=2');
  expect({ status, body }).toEqual({ status: 200, body: { items: [{ ...listed(ALERT), label: 'fraud' }], next: `1772359200000000_${ALERT}` } });
  expect(asked[0]).toEqual({ company: 'acme', filter: { rule: 'deposit-burst', player: 'p', status: 'open', severity: 'high', mode: 'live', from: '2026-03-01T00:00:00Z', to: '2026-03-02T00:00:00+01:00', limit: 2, after: null } });
  await get(`?after=${body.next}`);
  expect(asked[1]?.filter).toEqual({ limit: 20, after: { micros: '1772359200000000', id: ALERT } });
});

test("another company's alert is 404 like one that never was, also its sandbox's, and stands on no page", async () => {
  for (const key of [keys.globex, keys.sandbox]) {
    expect(await get(`/${ALERT}`, key)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect((await get('', key)).body.items).toEqual([]);
  }
  expect(asked.map(({ company }) => company)).toEqual(['globex', 'acme-sandbox']);
});

test('an alert just raised, not yet in the history, is waited for; while the history is behind an unknown one is 503', async () => {
  world.log.append({ topic: TOPICS.alerts.name, key: 'k', value: Buffer.from('an alert') });
  const id = ALERT.replace('7d', '8d');
  expect(await get(`/${id}`)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  const answer = get(`/${id}`);
  setTimeout(() => {
    alerts.set(`acme|${id}`, alert(id));
    written();
  }, 100);
  expect(await answer).toMatchObject({ status: 200, body: { id } });
});

test.each([
  ['limit=0', 'limit'],
  ['limit=101', 'limit'],
  ['limit=1e9', 'limit'],
  ['limit=1&limit=2', 'limit'],
  ['rule=', 'rule'],
  [`rule=${'x'.repeat(65)}`, 'rule'],
  [`player=${'x'.repeat(101)}`, 'player'],
  ['player=a&player=b', 'player'],
  ['status=closed', 'status'],
  ['severity=HIGH', 'severity'],
  ['mode=off', 'mode'],
  ['from=yesterday', 'from'],
  ['from=2026-01-31T12:00:00+01:00', 'from'],
  ['to=2026-13-01T00:00:00Z', 'to'],
  ["after=1_' OR 1=1", 'after'],
  ['company=globex', 'company'],
  ['company_id=globex', 'company_id'],
  ['__proto__=x', '__proto__'],
])('a page asked for by %s is refused by its name', async (query, path) => {
  expect(await get(`?${query}`)).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETER', errors: [{ path }] } });
  expect(asked).toEqual([]);
});

test('hostile ids find nothing and break nothing', async () => {
  for (const id of ["' OR 1=1 --", '..', `transaction:${ALERT}`, '\u0000', '%', 'ÿ'.repeat(30), `${ALERT}0`, '{id}']) expect([id, (await get(`/${encodeURIComponent(id)}`)).status]).toEqual([id, 404]);
});

test('a history that does not answer is 503; other methods and callers without a key are told', async () => {
  failing = true;
  for (const path of ['', `/${ALERT}`]) expect(await get(path)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  expect((await get(`/${ALERT}`, keys.acme, 'DELETE')).headers.get('allow')).toBe('GET, HEAD');
  expect(await get('', 'nobody')).toMatchObject({ status: 401 });
});
