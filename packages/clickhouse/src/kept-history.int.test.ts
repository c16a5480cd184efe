import { randomUUID } from 'node:crypto';
import type { ClickHouseClient } from '@clickhouse/client';
import { type TestStack, testStack } from '@stakewatch/testing';
import { createClickHouse } from './client';
import { type HistoryRange, KeptHistory, type KeptEvent, type Part } from './kept-history';
import { migrate } from './migrate';

let stack: TestStack;
let client: ClickHouseClient;
let history: KeptHistory;
const database = `it_kept_${process.pid}`;

beforeAll(async () => {
  stack = await testStack();
  const options = { ...stack.clickhouse, database };
  await migrate(options);
  client = createClickHouse(options);
  history = new KeptHistory(client, new AbortController().signal);
  await insertDays();
});
afterAll(async () => {
  await client.command({ query: `DROP DATABASE ${database}` });
  await client.close();
  await stack.close();
});

const micros = (text: string): number => Date.parse(text) * 1000;
const insert = (table: string, rows: readonly Record<string, unknown>[]) => client.insert({ table, columns: Object.keys(rows[0] as object) as [string, ...string[]], values: rows, format: 'JSONEachRow' });
const HOSTILE = "o'neill\\ %{x} '); DROP TABLE events; --";
let offset = 0;
const event = (player: string, at: string, more: Record<string, unknown> = {}) => ({
  uuid: randomUUID(), company_id: 'acme', external_event_id: `e-${(offset += 1)}`, player_id: player, event_type: 'DEPOSIT', event_timestamp: at, received_at: at, amount: 90_071_992_547_409, currency: 'XOF', balance_before: null, device_id: null, game_odds: null, player_kyc_level: null, late: false, kafka_partition: 0, kafka_offset: offset, ...more,
});
const alert = (subject: string, at: string, more: Record<string, unknown> = {}) => ({
  alert_id: randomUUID(), revision: 1, company_id: 'acme', status: 'open', mode: 'live', rule_id: 'burst', rule_version: 1, rule_title: 't', severity: 'high', score: 40, tags: [], subject_type: 'player', subject, player_id: subject, window_start: '2026-03-01 10:00:00', window_end: '2026-03-01 11:00:00', event_uuid: randomUUID(), event_timestamp: at,
  currency: 'XOF', facts: [], settings: '{}', event_uuids: [], event_count: 1, event_received_at: at, decided_at: at, kafka_partition: 0, kafka_offset: (offset += 1), ...more,
});

async function insertDays(): Promise<void> {
  const withdrawn = randomUUID();
  await insert('events', [
    event('b', '2026-03-01 12:00:00.000002'), event('a', '2026-03-02 09:00:00', { event_type: 'WITHDRAWAL', balance_before: 5, game_odds: 1.25, player_kyc_level: 3, device_id: 'd-1' }), event('b', '2026-03-01 12:00:00.000001', { device_id: 'd-1' }), event('a', '2026-03-01 23:59:59.999999'),
    event('a', '2025-12-01 00:00:00'), event('a', '2026-01-01 00:00:00'), event('c', '2026-03-03 00:00:00', { device_id: '' }), event(HOSTILE, '2026-03-02 10:00:00', { device_id: 'd-2' }),
    ...Array.from({ length: 40 }, (_, index) => event(`many-${index}`, '2026-03-02 11:00:00')),
    event('b', '2026-03-02 09:00:00', { company_id: 'globex', device_id: 'd-1' }), event('b', '2026-03-02 09:00:00', { company_id: 'acme-sandbox' }),
  ]);
  await insert('alerts', [
    alert('a', '2026-03-02 09:00:00'), alert('b', '2026-03-01 12:00:00', { mode: 'dry_run' }), alert('c', '2026-03-03 00:00:00'), alert('a', '2026-03-02 09:00:00', { rule_id: 'other' }), alert('a', '2026-03-02 09:00:00', { company_id: 'globex' }),
    alert('a', '2026-03-02 10:00:00', { alert_id: withdrawn }), alert('a', '2026-03-02 10:00:00', { alert_id: withdrawn, revision: 2, status: 'withdrawn' }), alert('d-1', '2026-03-02 09:00:00', { subject_type: 'device', rule_id: 'shared', player_id: 'a' }), alert('d-2', '2026-03-02 09:00:00', { subject_type: 'device', rule_id: 'shared', player_id: 'a' }),
  ]);
}

const range = (over: Partial<HistoryRange> = {}): HistoryRange => ({ company: 'acme', subject: 'player_id', types: null, from: micros('2026-03-01T12:00:00Z'), to: micros('2026-03-03T00:00:00Z'), firstSince: null, players: [], ...over });
async function read(asked: HistoryRange, part: Part = { part: 0, of: 1 }): Promise<KeptEvent[]> {
  const events: KeptEvent[] = [];
  for await (const rows of history.events(asked, part)) events.push(...rows);
  return events;
}

test('events come subject by subject, each in the order of time, as rules see them; the end is exclusive', async () => {
  const events = await read(range());
  expect(events.filter(({ player_id: id }) => id === 'a' || id === 'b').map(({ player_id: id, event_timestamp: at }) => [id, at])).toEqual([
    ['a', micros('2026-03-01T23:59:59.999Z') + 999], ['a', micros('2026-03-02T09:00:00Z')], ['b', micros('2026-03-01T12:00:00Z') + 1], ['b', micros('2026-03-01T12:00:00Z') + 2],
  ]);
  expect(events.map(({ player_id: id }) => id)).not.toContain('c');
  expect(events.find(({ event_type: type }) => type === 'WITHDRAWAL')).toMatchObject({ uuid: expect.stringMatching(/^[0-9a-f-]{36}$/), player_id: 'a', currency: 'XOF', amount: 90_071_992_547_409, balance_before: 5, balance_after: null, game_odds: 1.25, player_kyc_level: 3, device_id: 'd-1', session_id: null });
  expect(await history.size(range())).toBe(events.length);
  expect(events).toHaveLength(45);
});

test('parts share the subjects out, each to one of them', async () => {
  const parts = await Promise.all([0, 1, 2].map((part) => read(range(), { part, of: 3 })));
  const players = parts.map((events) => new Set(events.map(({ player_id: id }) => id)));
  expect(players.every(({ size }) => size > 0)).toBe(true);
  expect(players.reduce((sum, { size }) => sum + size, 0)).toBe(new Set(parts.flat().map(({ player_id: id }) => id)).size);
  expect(parts.flat()).toHaveLength(45);
});

test('a company sees its own events only', async () => {
  expect((await read(range({ company: 'globex' }))).map(({ device_id: id }) => id)).toEqual(['d-1']);
  expect(await read(range({ company: 'nobody' }))).toEqual([]);
  expect(await read(range({ company: "acme' OR '1'='1" }))).toEqual([]);
});

test("a shared subject's events are those that name it, of the types asked for", async () => {
  expect((await read(range({ subject: 'device_id', to: micros('2026-03-04T00:00:00Z') }))).map(({ device_id: device, player_id: player }) => [device, player])).toEqual([['d-1', 'b'], ['d-1', 'a'], ['d-2', HOSTILE]]);
  expect((await read(range({ subject: 'device_id', types: ['WITHDRAWAL'] }))).map(({ player_id: player }) => player)).toEqual(['a']);
});

test('players choose subjects: their own events, or all events of what they use', async () => {
  expect((await read(range({ players: [HOSTILE] }))).map(({ player_id: id }) => id)).toEqual([HOSTILE]);
  expect((await read(range({ players: ["' OR 1=1 --"] })))).toEqual([]);
  expect((await read(range({ subject: 'device_id', players: ['a'] }))).map(({ player_id: id }) => id)).toEqual(['b', 'a']);
  expect(await history.size(range({ subject: 'device_id', players: ['a'] }))).toBe(2);
});

test("each subject's first event is read, too, where something hangs on it, as far back as asked", async () => {
  const first = async (since: string) => (await read(range({ players: ['a', 'b'], firstSince: micros(since) }))).map(({ player_id: id, event_timestamp: at }) => `${id} ${new Date(at / 1000).toISOString().slice(0, 10)}`);
  expect(await first('2025-11-01T00:00:00Z')).toEqual(['a 2025-12-01', 'a 2026-03-01', 'a 2026-03-02', 'b 2026-03-01', 'b 2026-03-01']);
  expect(await first('2025-12-15T00:00:00Z')).toEqual(['a 2026-01-01', 'a 2026-03-01', 'a 2026-03-02', 'b 2026-03-01', 'b 2026-03-01']);
});

test('alerts that were raised and stand, of one rule and company, in the part of their subject', async () => {
  const raised = async (over: Partial<HistoryRange> = {}, rule = 'burst', by: 'player_id' | 'subject' = 'player_id', part: Part = { part: 0, of: 1 }) => (await history.raised(range(over), rule, by, part)).map(({ subject }) => subject).sort();
  expect(await raised()).toEqual(['a', 'b']);
  expect(await raised({ players: ['b'] })).toEqual(['b']);
  expect(await raised({ company: 'globex' })).toEqual(['a']);
  expect((await Promise.all([0, 1, 2].map((part) => raised({}, 'burst', 'player_id', { part, of: 3 })))).flat().sort()).toEqual(['a', 'b']);
  expect(await raised({ subject: 'device_id', players: ['a'] }, 'shared', 'subject')).toEqual(['d-1']);
  expect(await raised({}, "burst' OR '1'='1")).toEqual([]);
  expect(await history.raised(range({ players: ['a'] }), 'burst', 'player_id', { part: 0, of: 1 })).toEqual([{ subject: 'a', player_id: 'a', currency: 'XOF', window_start: micros('2026-03-01T10:00:00Z'), event_timestamp: micros('2026-03-02T09:00:00Z') }]);
});

test('reading stops when it is told to', async () => {
  const stop = new AbortController();
  const stopped = new KeptHistory(client, stop.signal);
  const reading = stopped.events(range(), { part: 0, of: 1 });
  expect((await reading.next()).value).not.toHaveLength(0);
  stop.abort();
  await expect(reading.next()).rejects.toThrow();
  await expect(stopped.size(range())).rejects.toThrow();
});
