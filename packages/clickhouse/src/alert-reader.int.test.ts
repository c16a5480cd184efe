import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { type TestStack, testStack } from '@stakewatch/testing';
import { type AlertFilter, AlertReader } from './alert-reader';
import { createClickHouse } from './client';
import { migrate } from './migrate';
import type { PageCursor } from './page-cursor';

let stack: TestStack;
let client: ClickHouseClient;
let reader: AlertReader;
const database = `it_alerts_${process.pid}`;

beforeAll(async () => {
  stack = await testStack();
  const options = { ...stack.clickhouse, database };
  await migrate(options);
  client = createClickHouse(options);
  reader = new AlertReader(client);
  await insertDay();
});
afterAll(async () => {
  await client.command({ query: `DROP DATABASE ${database}` });
  await client.close();
  await stack.close();
});

const insert = (table: string, rows: readonly Record<string, unknown>[]) => client.insert({ table, columns: Object.keys(rows[0] as object) as [string, ...string[]], values: rows, format: 'JSONEachRow' });
let offset = 0;
const at = (second: number): string => `2026-03-01 10:00:${String(second).padStart(2, '0')}.000001`;
const alert = (id: string, second: number, more: Record<string, unknown> = {}) => ({
  alert_id: id, revision: 1, company_id: 'acme', status: 'open', mode: 'live', rule_id: 'deposit-burst', rule_version: 3, rule_title: 'Deposit burst', severity: 'high', score: 40.5, tags: ['money'], subject_type: 'player', subject: 'p-1', player_id: 'p-1',
  window_start: '2026-03-01 10:00:00', window_end: '2026-03-01 11:00:00', event_uuid: id, event_timestamp: '2026-03-01 09:59:59.999999', currency: 'XOF', facts: [{ name: 'deposits', value: 6, window_start: '2026-03-01 09:00:00.5', window_end: '2026-03-01 10:00:00', truncated: true }],
  settings: '{"limit":5}', event_uuids: [id], event_count: 6, event_received_at: '2026-03-01 10:00:00', decided_at: at(second), kafka_partition: 0, kafka_offset: (offset += 1), ...more,
});
const attempt = (alert_id: string, number: number, more: Record<string, unknown> = {}) => ({
  attempt_id: randomUUID(), delivery_id: alert_id, company_id: 'acme', endpoint_id: 'we_1', url: 'https://acme.example/', event_type: 'alert.created', alert_id, alert_revision: 1, attempt: number, reason: 'schedule', outcome: 'failed', http_status: 500, error: null, response_excerpt: 'no',
  started_at: at(10 + number), duration_ms: 2.5, next_attempt_at: at(20 + number), event_received_at: at(0), kafka_partition: 0, kafka_offset: (offset += 1), ...more,
});

const [first, revised, withdrawn, dry, foreign] = Array.from({ length: 5 }, () => randomUUID()) as [string, string, string, string, string];
const twins = Array.from({ length: 4 }, () => randomUUID());

async function insertDay(): Promise<void> {
  await insert('alerts', [
    alert(first, 1),
    // Its newest revision is of another player and severity, and was decided later than all else.
    alert(revised, 2, { severity: 'low', player_id: 'p-2' }), alert(revised, 9, { revision: 2, severity: 'critical', player_id: 'p-3', subject_type: 'device', subject: 'd-1' }),
    alert(withdrawn, 3), alert(withdrawn, 4, { revision: 2, status: 'withdrawn' }),
    alert(dry, 5, { mode: 'dry_run', rule_id: 'night-owl' }),
    ...twins.map((id) => alert(id, 6, { rule_id: 'twins' })),
    // The same ids of another company say nothing here.
    alert(foreign, 7, { company_id: 'globex' }), alert(first, 8, { company_id: 'globex', revision: 9, status: 'withdrawn' }), alert(first, 8, { company_id: 'acme-sandbox', revision: 10 }),
  ]);
  await insert('webhook_attempts', [attempt(first, 1), attempt(first, 2, { outcome: 'delivered', http_status: 204, next_attempt_at: null }), attempt(first, 3, { company_id: 'globex' }), attempt(revised, 1)]);
}

const ids = async (filter: Partial<AlertFilter>, company = 'acme') => (await reader.page(company, { limit: 100, after: null, ...filter })).items.map(({ id }) => id);

test('each alert stands once, as its newest revision, newest first', async () => {
  const { items, next } = await reader.page('acme', { limit: 100, after: null });
  expect(items.map(({ id }) => id)).toEqual([revised, ...[...twins].sort().reverse(), dry, withdrawn, first]);
  expect(next).toBeNull();
  expect(items[0]).toEqual({
    id: revised, revision: 2, status: 'open', mode: 'live', rule_id: 'deposit-burst', rule_version: 3, rule_title: 'Deposit burst', severity: 'critical', score: 40.5, tags: ['money'], subject_type: 'device', subject: 'd-1', player_id: 'p-3', currency: 'XOF',
    event_uuid: revised, event_timestamp: '2026-03-01T09:59:59.999999Z', event_count: 6, decided_at: '2026-03-01T10:00:09.000001Z',
  });
});

test('filters look at the newest revision alone', async () => {
  expect(await ids({ rule: 'deposit-burst' })).toEqual([revised, withdrawn, first]);
  expect(await ids({ player: 'p-2' })).toEqual([]);
  expect(await ids({ player: 'p-3' })).toEqual([revised]);
  expect(await ids({ severity: 'low' })).toEqual([]);
  expect(await ids({ status: 'withdrawn' })).toEqual([withdrawn]);
  expect(await ids({ mode: 'dry_run' })).toEqual([dry]);
  expect(await ids({ rule: 'deposit-burst', mode: 'live', status: 'open', severity: 'high', player: 'p-1' })).toEqual([first]);
  expect(await ids({ from: '2026-03-01T10:00:04.000001Z', to: '2026-03-01T11:00:05.000001+01:00' })).toEqual([withdrawn]);
  expect(await ids({ rule: "' OR 1=1 --" })).toEqual([]);
});

test('pages of any size go through all of them once, also where times are the same', async () => {
  const all = await ids({});
  for (const limit of [1, 3]) {
    const seen: string[] = [];
    let after: PageCursor | null = null;
    do {
      const page: Awaited<ReturnType<AlertReader['page']>> = await reader.page('acme', { limit, after });
      expect(page.items.length).toBeGreaterThan(0);
      seen.push(...page.items.map(({ id }) => id));
      after = page.next;
    } while (after !== null);
    expect(seen).toEqual(all);
  }
});

test('one alert with what it rests on, and the attempts to tell of it', async () => {
  expect(await reader.find('acme', first)).toMatchObject({
    id: first, revision: 1, status: 'open', facts: [{ name: 'deposits', value: 6, window_start: '2026-03-01T09:00:00.500000Z', window_end: '2026-03-01T10:00:00.000000Z', truncated: true }], settings: { limit: 5 }, event_uuids: [first], window_end: '2026-03-01T11:00:00.000000Z', event_received_at: '2026-03-01T10:00:00.000000Z',
  });
  expect(await reader.find('acme', revised)).toMatchObject({ revision: 2, severity: 'critical' });
  const { items, total } = await reader.attempts('acme', first, 10);
  expect(total).toBe(2);
  expect(items).toMatchObject([
    { attempt: 2, outcome: 'delivered', http_status: 204, next_attempt_at: null, started_at: '2026-03-01T10:00:12.000001Z' },
    { delivery_id: first, endpoint_id: 'we_1', revision: 1, attempt: 1, reason: 'schedule', outcome: 'failed', error: null, response_excerpt: 'no', duration_ms: 2.5, next_attempt_at: '2026-03-01T10:00:21.000001Z' },
  ]);
  expect(await reader.attempts('acme', first, 1)).toMatchObject({ total: 2, items: [{ attempt: 2 }] });
  expect(await reader.attempts('acme', withdrawn, 10)).toEqual({ items: [], total: 0 });
});

test('a company sees its own alerts only, whatever their ids', async () => {
  expect((await ids({}, 'globex')).sort()).toEqual([first, foreign].sort());
  expect(await reader.find('acme', foreign)).toBeNull();
  expect(await reader.find('globex', first)).toMatchObject({ revision: 9, status: 'withdrawn' });
  expect(await reader.find('nobody', first)).toBeNull();
  expect((await reader.attempts('globex', first, 10)).total).toBe(1);
});
