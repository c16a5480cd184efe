import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ClickHouseClient } from '@clickhouse/client';
import { eventIdentity, TOPICS } from '@stakewatch/contracts';
import { type TestStack, testStack } from '@stakewatch/testing';
import { type ClickHouseOptions, createClickHouse } from './client';
import { describeSchema, mergeDocument } from './data-document';
import { EventStatusReader } from './event-status';
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
const progress = (topic: string, partition: number, from: number, to: number, at: string, source: string | null, handedTo: number[], sources: Source[] = []) =>
  insertProgress('velocity-detector', topic, partition, from, to, at, source, handedTo, sources);
/** Partition of betting.events.v1, first and last offset. */
type Source = [partition: number, from: number, to: number];
/** The bonus scorer says of ranges of events that it has decided on them. */
const scored = (partition: number, from: number, to: number, at: string) => insertProgress('bonus-scorer', TOPICS.bettingEvents.name, partition, from, to, at, null, []);
const insertProgress = (service: string, topic: string, partition: number, from: number, to: number, at: string, source: string | null, handedTo: number[], sources: Source[] = []) =>
  insert('processing_progress', { service, topic, partition, from_offset: from, to_offset: to, processed_at: at, source_time: source, handed_to: handedTo, sources: sources.map(([source_partition, from_offset, to_offset]) => ({ partition: source_partition, from_offset, to_offset })), kafka_partition: 0, kafka_offset: 0 });

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

test('status: unknown, then pending until the row, the detector and every signal partition are done', async () => {
  const reader = new EventStatusReader(client);
  const events = TOPICS.bettingEvents.name;
  const signals = TOPICS.velocitySignals.name;
  const uuid = uuidOf('status');
  expect(await reader.status('acme', uuid)).toBeNull();
  await event('status', 1, 50);
  const pending = { status: 'PENDING', processedAt: null, reason: null };
  expect(await reader.status('acme', uuid)).toEqual(pending);
  expect(await reader.status('globex', uuid)).toBeNull();
  await progress(events, 1, 0, 49, '2026-03-01 00:00:01', null, []);
  await progress(events, 2, 0, 90, '2026-03-01 00:00:01', null, []);
  expect(await reader.status('acme', uuid)).toEqual(pending);
  await progress(events, 1, 50, 60, '2026-03-01 00:00:02', null, [0, 3]);
  await progress(signals, 0, 0, 9, '2026-03-01 00:00:03', '2026-03-01 00:00:02', []);
  await progress(signals, 3, 0, 9, '2026-03-01 00:00:03', '2026-03-01 00:00:01.999', []);
  expect(await reader.status('acme', uuid)).toEqual(pending);
  await progress(signals, 3, 10, 12, '2026-03-01 00:00:04.250', '2026-03-01 00:00:02.500', []);
  await scored(2, 0, 90, '2026-03-01 00:00:01');
  await scored(1, 0, 49, '2026-03-01 00:00:01');
  expect(await reader.status('acme', uuid)).toEqual(pending);
  await scored(1, 50, 52, '2026-03-01 00:00:01.500');
  expect(await reader.status('acme', uuid)).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:04.250Z', reason: null });
});

test('status: pending while the bonus scorer has not decided; processed when it has, also when it said so of all events before', async () => {
  await event('unscored', 7, 50);
  await progress(TOPICS.bettingEvents.name, 7, 40, 60, '2026-03-01 00:00:02', null, []);
  expect(await statusOf('unscored')).toEqual(PENDING);
  await scored(7, 0, 50, '2026-03-01 00:00:06');
  expect(await statusOf('unscored')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:06.000Z', reason: null });
  await scored(7, 0, 90, '2026-03-01 00:00:09');
  expect(await statusOf('unscored')).toMatchObject({ processedAt: '2026-03-01T00:00:06.000Z' });
});

test('status: each signal partition must have seen the event itself, however new what it has seen of others', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  await event('exact', 11, 105);
  await scored(11, 0, 200, '2026-03-01 00:00:02');
  await progress(events, 11, 100, 109, '2026-03-01 00:00:02', null, [20, 21]);
  await progress(signals, 20, 0, 0, '2026-03-01 00:00:03', '2026-03-01 00:00:02', [], [[11, 100, 109]]);
  // Newer, of another source partition; newer, and older, of its own; then the first record of its batch, which was cut before it.
  await progress(signals, 21, 0, 0, '2026-03-01 00:00:04', '2026-03-01 00:00:05', [], [[12, 0, 900]]);
  await progress(signals, 21, 1, 1, '2026-03-01 00:00:05', '2026-03-01 00:00:05', [], [[11, 110, 119], [11, 0, 99]]);
  await progress(signals, 21, 2, 2, '2026-03-01 00:00:06', '2026-03-01 00:00:02', [], [[11, 100, 104]]);
  // What an older detector handed on of another partition.
  await progress(signals, 21, 3, 3, '2026-03-01 00:00:06', '2026-03-01 00:00:05', [], [[12, -1, -1]]);
  expect(await statusOf('exact')).toEqual(PENDING);
  await progress(signals, 21, 3, 3, '2026-03-01 00:00:07', '2026-03-01 00:00:02', [], [[12, 0, 900], [11, 105, 109]]);
  expect(await statusOf('exact')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:07.000Z', reason: null });
});

test('status: a second stage whose clock is behind has seen it all the same', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  await event('behind', 13, 5);
  await scored(13, 0, 9, '2026-03-01 00:00:02');
  await progress(events, 13, 0, 9, '2026-03-01 00:00:02', null, [23]);
  await progress(signals, 23, 0, 0, '2026-02-28 23:59:00', '2026-03-01 00:00:02', [], [[13, 0, 9]]);
  expect(await statusOf('behind')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:02.000Z', reason: null });
});

test('status: a range that was worked again, cut and handed on otherwise, is seen when either working of it was', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  for (const [id, offset] of [['again-first', 3], ['again-second', 7]] as const) await event(id, 14, offset);
  await scored(14, 0, 9, '2026-03-01 00:00:02');
  // Died after this was published, and before the signals were.
  await progress(events, 14, 0, 9, '2026-03-01 00:00:02', null, [24]);
  await progress(events, 14, 0, 4, '2026-03-01 00:00:08', null, [24]);
  expect([await statusOf('again-first'), await statusOf('again-second')]).toEqual([PENDING, PENDING]);
  await progress(events, 14, 5, 9, '2026-03-01 00:00:08', null, []);
  expect([await statusOf('again-first'), await statusOf('again-second')]).toEqual([PENDING, { status: 'PROCESSED', processedAt: '2026-03-01T00:00:08.000Z', reason: null }]);
  await progress(signals, 24, 0, 0, '2026-03-01 00:00:09', '2026-03-01 00:00:08', [], [[14, 0, 4]]);
  expect(await statusOf('again-first')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:09.000Z', reason: null });
});

test.each([
  ['the first', 15, [[15, -1, -1]] as Source[]],
  ['the second', 16, [] as Source[]],
])('status: where %s stage was of a version before sources, its batch must have had signals at least as new', async (_which, partition, sources) => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  const id = `older-${partition}`;
  await event(id, partition, 5);
  await scored(partition, 0, 9, '2026-03-01 00:00:02');
  await progress(events, partition, 0, 9, '2026-03-01 00:00:02', null, [partition]);
  await progress(signals, partition, 0, 0, '2026-03-01 00:00:03', '2026-03-01 00:00:01.999', [], sources);
  expect(await statusOf(id)).toEqual(PENDING);
  await progress(signals, partition, 1, 1, '2026-03-01 00:00:04', '2026-03-01 00:00:02', [], sources);
  expect(await statusOf(id)).toMatchObject({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:04.000Z' });
});

const letter = (id: string, partition: number, offset: number, at: string, reason: string, service = 'velocity-detector') =>
  insert('dead_letters', { topic: TOPICS.bettingEvents.name, partition, offset, service, reason, uuid: uuidOf(id), failed_at: at, key_base64: '', value_base64: '', value_bytes: 0, replay: '', kafka_partition: 0, kafka_offset: 0 });
/** The record that stood there is put back into partition `into`, and stands before `before` in it. */
const replay = (id: string, partition: number, offset: number, at: string, into: number, before: number) =>
  insert('dead_letter_replays', { topic: TOPICS.bettingEvents.name, partition, offset, uuid: uuidOf(id), replayed_at: at, replayed_partition: into, replayed_before: before, kafka_partition: 0, kafka_offset: 0 });
const failedAt = (processedAt: string, reason: string) => ({ status: 'FAILED', processedAt, reason });
const PENDING = { status: 'PENDING', processedAt: null, reason: null };
const statusOf = (id: string) => new EventStatusReader(client).status('acme', uuidOf(id));

test('a dead-lettered event has failed, with its reason, wherever it failed', async () => {
  await letter('dead', 0, 1, '2026-03-01 00:00:05', 'the rules fail on it');
  expect(await statusOf('dead')).toEqual(failedAt('2026-03-01T00:00:05.000Z', 'the rules fail on it'));
  await event('dead', 0, 1);
  expect(await statusOf('dead')).toEqual(failedAt('2026-03-01T00:00:05.000Z', 'the rules fail on it'));
});

test('a replayed event is pending until what was put back is processed; the range that its letter stands in does not say so', async () => {
  const events = TOPICS.bettingEvents.name;
  await event('replayed', 5, 10);
  await progress(events, 5, 0, 19, '2026-03-01 00:00:01', null, []);
  await scored(5, 0, 40, '2026-03-02 00:00:02');
  await scored(4, 0, 1, '2026-03-02 00:00:02');
  await letter('replayed', 5, 10, '2026-03-01 00:00:01', 'the rules fail on it');
  await letter('replayed', 5, 10, '2026-03-01 00:00:02', 'cannot be packed', 'bonus-scorer');
  expect(await statusOf('replayed')).toEqual(failedAt('2026-03-01T00:00:02.000Z', 'cannot be packed'));
  await replay('replayed', 5, 10, '2026-03-02 00:00:00', 5, 31);
  expect(await statusOf('replayed')).toEqual(PENDING);
  await progress(events, 5, 20, 29, '2026-03-02 00:00:01', null, []);
  expect(await statusOf('replayed')).toEqual(PENDING);
  await progress(events, 5, 30, 30, '2026-03-02 00:00:02', null, []);
  const processed = { status: 'PROCESSED', processedAt: expect.any(String) as string, reason: null };
  expect(await statusOf('replayed')).toEqual(processed);

  // A service that was behind refuses the record where it stood first, after the replay: it reads the other as well.
  await letter('replayed', 5, 10, '2026-03-02 00:00:03', 'too late to say', 'history-writer');
  expect(await statusOf('replayed')).toEqual(processed);
  await replay('replayed', 5, 10, '2026-03-02 00:00:04', 4, 3);
  expect(await statusOf('replayed')).toEqual(PENDING);
  await progress(events, 4, 0, 2, '2026-03-02 00:00:05', null, []);
  expect(await statusOf('replayed')).toEqual(PENDING);
  await scored(4, 2, 2, '2026-03-02 00:00:06');
  expect(await statusOf('replayed')).toEqual(processed);
});

test('a replayed event that no row can be made of is pending, has failed again when it is refused again, and is processed after the next replay', async () => {
  const events = TOPICS.bettingEvents.name;
  await letter('stubborn', 6, 10, '2026-03-01 00:00:01', 'the amount does not fit');
  await replay('stubborn', 6, 10, '2026-03-02 00:00:00', 6, 31);
  expect(await statusOf('stubborn')).toEqual(PENDING);
  await progress(events, 6, 0, 40, '2026-03-02 00:00:01', null, []);
  await scored(6, 0, 40, '2026-03-02 00:00:01');
  expect(await statusOf('stubborn')).toEqual(PENDING);
  await letter('stubborn', 6, 30, '2026-03-02 00:00:01', 'it still does not');
  expect(await statusOf('stubborn')).toEqual(failedAt('2026-03-02T00:00:01.000Z', 'it still does not'));
  // The first letter again is no news; the second has to be answered.
  await replay('stubborn', 6, 10, '2026-03-03 00:00:00', 6, 36);
  expect(await statusOf('stubborn')).toEqual(failedAt('2026-03-02T00:00:01.000Z', 'it still does not'));
  await replay('stubborn', 6, 30, '2026-03-04 00:00:00', 6, 41);
  await event('stubborn', 6, 40);
  expect(await statusOf('stubborn')).toMatchObject({ status: 'PROCESSED' });
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
