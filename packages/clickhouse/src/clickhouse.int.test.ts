import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { eventIdentity } from '@stakewatch/contracts';
import { type TestStack, testStack } from '@stakewatch/testing';
import { type ClickHouseOptions, createClickHouse } from './client';
import { describeSchema, mergeDocument } from './data-document';
import { migrate } from './migrate';
import { readMigrations } from './migration-files';
import { summary } from './summary';

const DOCUMENT = join(__dirname, '..', '..', '..', 'docs', 'data.md');
let stack: TestStack;
let options: ClickHouseOptions;
let client: ClickHouseClient;

beforeAll(async () => {
  stack = await testStack();
  options = { ...stack.clickhouse, database: `it_clickhouse_${process.pid}` };
  // Two processes at once, as two services may start.
  const [one, two] = await Promise.all([migrate(options), migrate(options)]);
  expect(Math.max(one.length, two.length)).toBe(readMigrations().length);
  client = createClickHouse(options);
});

afterAll(async () => {
  await client.command({ query: `DROP DATABASE ${options.database}` });
  await client.close();
  await stack.close();
});

const insert = (table: string, row: Record<string, unknown>) => client.insert({ table, columns: Object.keys(row) as [string, ...string[]], values: [row], format: 'JSONEachRow' });
const { uuidOf } = eventIdentity('acme');
const event = (id: string, partition: number, offset: number) =>
  insert('events', {
    uuid: uuidOf(id), company_id: 'acme', external_event_id: id, player_id: 'p', event_type: 'DEPOSIT', event_timestamp: '2026-02-03 12:00:00', received_at: '2026-03-01 00:00:00', amount: 100_000, currency: 'XOF',
    late: false, kafka_partition: partition, kafka_offset: offset, written_at: '2026-03-01 00:00:00.500',
  });

test('migrating again changes nothing', async () => {
  expect(await migrate(options)).toEqual([]);
});

test('docs/data.md describes the live schema, column by column, and every column says what it means', async () => {
  const document = readFileSync(DOCUMENT, 'utf8');
  expect(document).toBe(mergeDocument(document, await describeSchema(client)));
  const bare = await client.query({ query: "SELECT table, name FROM system.columns WHERE database = currentDatabase() AND comment = ''", format: 'JSONEachRow' });
  expect(await bare.json()).toEqual([]);
});

test('derived columns are as the Betting Monitor API says', async () => {
  await event('derived', 9, 9);
  const rows = await client.query({ query: 'SELECT event_month, amount_cents, environment FROM events WHERE uuid = {uuid:UUID}', query_params: { uuid: uuidOf('derived') }, format: 'JSONEachRow' });
  expect(await rows.json()).toEqual([{ event_month: 202602, amount_cents: 10_000_000, environment: 'live' }]);
});

test('views and the summary count alerts by their newest revision, and messages by whether they arrived', async () => {
  const id = '550e8400-e29b-41d4-a716-446655440000';
  const alert = (revision: number, status: string) =>
    insert('alerts', {
      alert_id: id, revision, company_id: 'acme', status, mode: 'live', rule_id: 'deposit-burst', rule_version: 1, rule_title: 't', severity: 'high', score: 1, tags: [], subject_type: 'player', subject: 'p', player_id: 'p',
      window_start: '2026-03-01 00:00:00', window_end: '2026-03-01 01:00:00', event_uuid: id, event_timestamp: '2026-03-01 00:00:00', currency: '', facts: [], settings: '{}', event_uuids: [], event_count: 1,
      event_received_at: '2026-03-01 00:00:00', decided_at: '2026-03-01 00:00:00.020', kafka_partition: 0, kafka_offset: revision,
    });
  const attempt = (n: number, outcome: string) =>
    insert('webhook_attempts', {
      attempt_id: `550e8400-e29b-41d4-a716-44665544000${n}`, delivery_id: id, company_id: 'acme', endpoint_id: 'we_1', url: 'http://x', event_type: 'alert.created', alert_id: id, alert_revision: 1, attempt: n, reason: 'schedule',
      outcome, http_status: 200, started_at: '2026-03-01 00:00:00.030', duration_ms: 10, event_received_at: '2026-03-01 00:00:00', kafka_partition: 0, kafka_offset: n,
    });
  await alert(1, 'open');
  await attempt(1, 'failed');
  await attempt(2, 'delivered');
  expect(await summary(client)).toMatchObject({ alerts: 1, alertsByRule: { 'deposit-burst': 1 }, webhookMessages: 1, webhooksDelivered: 1, duplicateEvents: 0, decisionMs: { p50: 20, p99: 20 }, deliveryMs: { p50: 40, p99: 40 } });
  await alert(2, 'withdrawn');
  expect(await summary(client, 'acme')).toMatchObject({ alerts: 0, alertsWithdrawn: 1 });
  expect(await summary(client, 'globex')).toMatchObject({ events: 0, alerts: 0, webhookMessages: 0, decisionMs: null });
  for (const view of ['alerts_current', 'events_hourly', 'player_daily', 'alerts_by_rule', 'webhook_delivery', 'alert_latency']) {
    const rows = await (await client.query({ query: `SELECT count() AS n FROM ${view} WHERE company_id = 'acme'`, format: 'JSONEachRow' })).json<{ n: number }>();
    expect([view, Number(rows[0]?.n) > 0]).toEqual([view, true]);
  }
});
