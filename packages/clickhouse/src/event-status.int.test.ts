import type { ClickHouseClient } from '@clickhouse/client';
import { eventIdentity, TOPICS } from '@stakewatch/contracts';
import { testStack } from '@stakewatch/testing';
import { createClickHouse } from './client';
import { EventStatusReader } from './event-status';
import { EventStatusQueries } from './event-status-queries';
import { migrate } from './migrate';

let client: ClickHouseClient;
let end: () => Promise<void>;

beforeAll(async () => {
  const stack = await testStack();
  const options = { ...stack.clickhouse, database: `it_event_status_${process.pid}` };
  await migrate(options);
  client = createClickHouse(options);
  end = () => client.command({ query: `DROP DATABASE ${options.database}` }).then(() => Promise.all([client.close(), stack.close()])).then(() => undefined);
});

afterAll(() => end());

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
const asSource = ([partition, from_offset, to_offset]: Source) => ({ partition, from_offset, to_offset });
/** The bonus scorer says of ranges of events that it has decided on them. */
const scored = (partition: number, from: number, to: number, at: string) => insertProgress('bonus-scorer', TOPICS.bettingEvents.name, partition, from, to, at, null, []);
const insertProgress = (service: string, topic: string, partition: number, from: number, to: number, at: string, source: string | null, handedTo: number[], sources: Source[] = [], refused: string[] = []) =>
  insert('processing_progress', { service, topic, partition, from_offset: from, to_offset: to, processed_at: at, source_time: source, handed_to: handedTo, sources: sources.map(asSource), refused: refused.map(uuidOf), kafka_partition: 0, kafka_offset: 0 });

test('unknown, then pending until the row, the detector and every signal partition are done', async () => {
  const reader = new EventStatusReader(new EventStatusQueries(client));
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

test('pending while the bonus scorer has not decided; processed when it has, also when it said so of all events before', async () => {
  await event('unscored', 7, 50);
  await progress(TOPICS.bettingEvents.name, 7, 40, 60, '2026-03-01 00:00:02', null, []);
  expect(await statusOf('unscored')).toEqual(PENDING);
  await scored(7, 0, 50, '2026-03-01 00:00:06');
  expect(await statusOf('unscored')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:06.000Z', reason: null });
  await scored(7, 0, 90, '2026-03-01 00:00:09');
  expect(await statusOf('unscored')).toMatchObject({ processedAt: '2026-03-01T00:00:06.000Z' });
});

test('each signal partition must have seen the event itself, however new what it has seen of others', async () => {
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

test('a second stage whose clock is behind has seen it all the same', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  await event('behind', 13, 5);
  await scored(13, 0, 9, '2026-03-01 00:00:02');
  await progress(events, 13, 0, 9, '2026-03-01 00:00:02', null, [23]);
  await progress(signals, 23, 0, 0, '2026-02-28 23:59:00', '2026-03-01 00:00:02', [], [[13, 0, 9]]);
  expect(await statusOf('behind')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:02.000Z', reason: null });
});

test('a range that was worked again, cut and handed on otherwise, is seen when either working of it was', async () => {
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
])('where %s stage was of a version before sources, its batch must have had signals at least as new', async (_which, partition, sources) => {
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
const replay = (id: string, partition: number, offset: number, at: string, into: number, before: number, from: number | null = null) =>
  insert('dead_letter_replays', { topic: TOPICS.bettingEvents.name, partition, offset, uuid: uuidOf(id), replayed_at: at, replayed_partition: into, replayed_from: from, replayed_before: before, kafka_partition: 0, kafka_offset: 0 });
const failedAt = (processedAt: string, reason: string) => ({ status: 'FAILED', processedAt, reason });
const PENDING = { status: 'PENDING', processedAt: null, reason: null };
const statusOf = (id: string) => new EventStatusReader(new EventStatusQueries(client)).status('acme', uuidOf(id));

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

/** A dead record of signals that holds those of the events `ids`. */
const heldLetter = (topic: string, partition: number, offset: number, ids: string[], sources: Source[]) =>
  insert('dead_letters', {
    topic, partition, offset, service: topic === TOPICS.velocitySignals.name ? 'velocity-detector' : 'bonus-scorer', reason: 'the rules failed on it 3 times', uuid: null, event_uuids: ids.map((id) => uuidOf(id)), sources: sources.map(asSource),
    failed_at: '2026-03-01 00:00:05', key_base64: '', value_base64: '', value_bytes: 0, replay: '', kafka_partition: 0, kafka_offset: 0,
  });
const heldReplay = (topic: string, partition: number, offset: number, into: number, from: number, before: number) =>
  insert('dead_letter_replays', { topic, partition, offset, uuid: null, replayed_at: '2026-03-02 00:00:00', replayed_partition: into, replayed_from: from, replayed_before: before, kafka_partition: 0, kafka_offset: 0 });

test('of a replayed event it is its own signals that are waited for, wherever it stands among what came with it', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  await event('among', 30, 5);
  await progress(events, 30, 0, 9, '2026-03-01 00:00:02', null, []);
  await scored(30, 0, 60, '2026-03-02 00:00:09');
  await letter('among', 30, 5, '2026-03-01 00:00:05', 'no');
  // It stands at one of 40 to 49.
  await replay('among', 30, 5, '2026-03-02 00:00:00', 30, 50, 40);
  await progress(events, 30, 40, 44, '2026-03-02 00:00:01', null, [1]);
  expect(await statusOf('among')).toEqual(PENDING);
  await progress(events, 30, 45, 52, '2026-03-02 00:00:02', null, []);
  expect(await statusOf('among')).toEqual(PENDING);
  await progress(signals, 1, 0, 0, '2026-03-02 00:00:03', '2026-03-02 00:00:01', [], [[30, 40, 42]]);
  expect(await statusOf('among')).toEqual(PENDING);
  await progress(signals, 1, 1, 1, '2026-03-02 00:00:12', '2026-03-02 00:00:01', [], [[30, 43, 44]]);
  expect(await statusOf('among')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-02T00:00:12.000Z', reason: null });
});

test.each([
  // The row is of the first record, or of the replayed one.
  ['bonus-scorer', 31, 5],
  ['history-writer', 36, 49],
])('what was handed on of an event before the %s refused it is waited for as well', async (service, source, row) => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  await event(`before-${source}`, source, row);
  await progress(events, source, 0, 9, '2026-03-01 00:00:02', null, [2]);
  await scored(source, 0, 60, '2026-03-02 00:00:09');
  await letter(`before-${source}`, source, 5, '2026-03-01 00:00:05', 'cannot be packed', service);
  await replay(`before-${source}`, source, 5, '2026-03-02 00:00:00', source, 50, 49);
  // The detector knows it: nothing is handed on again.
  await progress(events, source, 49, 49, '2026-03-02 00:00:01', null, []);
  expect(await statusOf(`before-${source}`)).toEqual(PENDING);
  await progress(signals, 2, 0, 0, '2026-03-02 00:00:03', '2026-03-01 00:00:02', [], [[source, 0, 9]]);
  expect(await statusOf(`before-${source}`)).toMatchObject({ status: 'PROCESSED' });
});

test('an event whose signals are dead has failed until these are replayed and seen; those that it held nothing of are processed', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  for (const [id, offset] of [['held', 3], ['not-held', 4]] as const) await event(id, 32, offset);
  await progress(events, 32, 0, 9, '2026-03-01 00:00:02', null, [40, 41]);
  await progress(signals, 41, 0, 0, '2026-03-01 00:00:03', '2026-03-01 00:00:02', [], [[32, 0, 9]]);
  await scored(32, 0, 9, '2026-03-01 00:00:02');
  expect([await statusOf('held'), await statusOf('not-held')]).toEqual([PENDING, PENDING]);
  await heldLetter(signals, 40, 70, ['held'], [[32, 0, 9]]);
  const processed = { status: 'PROCESSED', processedAt: '2026-03-01T00:00:05.000Z', reason: null };
  expect([await statusOf('held'), await statusOf('not-held')]).toEqual([failedAt('2026-03-01T00:00:05.000Z', 'the rules failed on it 3 times'), processed]);
  await heldReplay(signals, 40, 70, 40, 80, 81);
  expect(await statusOf('held')).toEqual(PENDING);
  await progress(signals, 40, 80, 80, '2026-03-02 00:00:03', '2026-03-01 00:00:02', [], [[32, 0, 9]]);
  expect(await statusOf('held')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-02T00:00:03.000Z', reason: null });
});

test('signals that are refused again have failed again', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  await event('twice', 33, 3);
  await progress(events, 33, 0, 9, '2026-03-01 00:00:02', null, [5]);
  await scored(33, 0, 9, '2026-03-01 00:00:02');
  await heldLetter(signals, 5, 70, ['twice'], [[33, 0, 9]]);
  await heldReplay(signals, 5, 70, 5, 80, 81);
  await heldLetter(signals, 5, 80, ['twice'], [[33, 0, 9]]);
  expect(await statusOf('twice')).toMatchObject({ status: 'FAILED' });
  await heldReplay(signals, 5, 80, 5, 90, 91);
  expect(await statusOf('twice')).toEqual(PENDING);
});

test('an event that the bonus scorer could not take in has failed, and is processed when the scorer has said that it took what was replayed', async () => {
  const [events, bonus] = [TOPICS.bettingEvents.name, TOPICS.bonusChanges.name];
  await event('unscorable', 34, 3);
  await progress(events, 34, 0, 9, '2026-03-01 00:00:02', null, []);
  await scored(34, 0, 9, '2026-03-01 00:00:02');
  expect(await statusOf('unscorable')).toMatchObject({ status: 'PROCESSED' });
  await heldLetter(bonus, 2, 70, ['unscorable'], []);
  expect(await statusOf('unscorable')).toMatchObject({ status: 'FAILED', reason: 'the rules failed on it 3 times' });
  await heldReplay(bonus, 2, 70, 2, 80, 85);
  expect(await statusOf('unscorable')).toEqual(PENDING);
  await heldLetter(bonus, 2, 83, ['unscorable'], []);
  expect(await statusOf('unscorable')).toMatchObject({ status: 'FAILED' });
  await heldReplay(bonus, 2, 83, 2, 90, 91);
  expect(await statusOf('unscorable')).toEqual(PENDING);
  await insertProgress('bonus-scorer', bonus, 2, 88, 90, '2026-03-03 00:00:00', null, [], [[2, 83, 83]]);
  expect(await statusOf('unscorable')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-03T00:00:00.000Z', reason: null });
});

test('rows that are there twice, as after a restored backup, say the same', async () => {
  const [events, signals] = [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name];
  await event('doubled', 35, 3);
  for (const times of [1, 2]) {
    await progress(events, 35, 0, 9, '2026-03-01 00:00:02', null, [6, 7]);
    await scored(35, 0, 9, '2026-03-01 00:00:02');
    await progress(signals, 6, 0, 0, '2026-03-01 00:00:03', '2026-03-01 00:00:02', [], [[35, 0, 9]]);
    expect([times, await statusOf('doubled')]).toEqual([times, PENDING]);
  }
  await progress(signals, 7, 0, 0, '2026-03-01 00:00:04', '2026-03-01 00:00:02', [], [[35, 0, 9]]);
  expect(await statusOf('doubled')).toEqual({ status: 'PROCESSED', processedAt: '2026-03-01T00:00:04.000Z', reason: null });
});

test.each([
  ['velocity-detector', TOPICS.bettingEvents.name, 37],
  ['bonus-scorer', TOPICS.bettingEvents.name, 38],
  ['bonus-scorer', TOPICS.bonusChanges.name, 39],
])('what the %s refused of %s is pending until the letter is here, also when the replay is refused', async (service, topic, source) => {
  const events = TOPICS.bettingEvents.name;
  const [id, other] = [`refused-${source}`, `not-refused-${source}`];
  await event(id, source, 5);
  await event(other, source, 6);
  await scored(source, 0, 9, '2026-03-01 00:00:02');
  await insertProgress(service, topic, source, 4, 8, '2026-03-01 00:00:01', null, [], [], [id]);
  await progress(events, source, 0, 9, '2026-03-01 00:00:02', null, []);
  const letterAt = (offset: number, by: string) => (topic === events ? letter(id, source, offset, '2026-03-01 00:00:03', 'cannot be worked', by) : heldLetter(topic, source, offset, [id], []));
  expect([await statusOf(id), (await statusOf(other))?.status]).toEqual([PENDING, 'PROCESSED']);
  await letterAt(5, service);
  expect(await statusOf(id)).toMatchObject({ status: 'FAILED' });
  await (topic === events ? replay(id, source, 5, '2026-03-02 00:00:00', source, 51, 50) : heldReplay(topic, source, 5, source, 50, 51));
  await progress(events, source, 50, 50, '2026-03-02 00:00:02', null, []);
  await scored(source, 0, 60, '2026-03-02 00:00:02');
  // The scorer says of a pack that was put back when it has decided on it.
  const again = topic === events ? [] : ([[source, 5, 5]] as Source[]);
  await insertProgress(service, topic, source, 50, 50, '2026-03-02 00:00:01', null, [], again, [id]);
  expect(await statusOf(id)).toEqual(PENDING);
  // Another service's letter about the same record is not this one's.
  if (topic === events) await letterAt(50, 'history-writer');
  if (topic === events) expect(await statusOf(id)).toMatchObject({ status: 'FAILED' });
  await letterAt(50, service);
  expect(await statusOf(id)).toMatchObject({ status: 'FAILED' });
});
