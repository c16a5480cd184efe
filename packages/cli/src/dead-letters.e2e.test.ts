import { randomUUID } from 'node:crypto';
import { createClickHouse } from '@stakewatch/clickhouse';
import { eventIdentity, TOPICS } from '@stakewatch/contracts';
import { createAvroCodec, createRegistrySchemaIds, deadLetterOf, openToolLog, partitionOf } from '@stakewatch/runtime';
import { apiOf, bettingEvent, stackFile, stakewatch, until } from '@stakewatch/testing';

/** From the refusal of an event to its recovery, through the gateway and the command line, on the running services. */
const stack = stackFile();
const company = stack.companies[0] as (typeof stack.companies)[number];
const topic = TOPICS.bettingEvents.name;
const run = randomUUID().slice(0, 8);
const log = openToolLog({ clientId: 'dead-letters-test', brokers: [stack.kafka] });
const client = createClickHouse(stack.clickhouse);
afterAll(() => Promise.all([log.close(), client.close()]));

const call = apiOf(stack, company.apiKey);

interface Status {
  readonly status: string;
  readonly processed_at: string | null;
  readonly reason?: string;
}
/** Asks the gateway until the status is as awaited; the test's time limit ends it. */
const statusWhen = (uuid: string, isAwaited: (status: Status) => boolean) => until(async () => (await call('GET', `/events/${uuid}/status`)).body as Status, isAwaited);

test('a record that a service refuses has failed, has failed anew when it is replayed unmended, and is named by each place', async () => {
  const codec = createAvroCodec(createRegistrySchemaIds(stack.schemaRegistry));
  await codec.register('betting-event');
  const now = Date.now() * 1000;
  // A level that no rule can hold: only a producer of one's own can write it.
  const event = bettingEvent({ company_id: company.id, external_event_id: `${run}-refused`, event_timestamp: now, received_at: now, player_kyc_level: 9 });
  const key = `${company.id}|${event.player_id}`;
  await (await log.producer()).send([{ topic, key, value: Buffer.from(codec.encode('betting-event', event)) }]);
  const first = await statusWhen(event.uuid, ({ status }) => status === 'FAILED');
  expect(first).toMatchObject({ uuid: event.uuid, reason: expect.stringMatching(/\w/) as string, processed_at: expect.stringMatching(/Z$/) as string });

  const places = await placesOf(event.uuid);
  expect(places).toHaveLength(1);
  expect(await stakewatch('dead-letters', 'replay', topic, ...at(places[0]))).toMatchObject({ topic, replayed: 1 });
  const second = await statusWhen(event.uuid, ({ status, processed_at }) => status === 'FAILED' && processed_at !== first.processed_at);
  expect(second.reason).toBe(first.reason);
  expect(await placesOf(event.uuid)).toHaveLength(2);
  expect(await stakewatch('dead-letters', 'show', topic, ...at(places[0]))).toMatchObject({ uuid: event.uuid, replayedAt: expect.stringMatching(/Z$/) as string, content: { player_kyc_level: 9 } });
});

test('an event whose letter is replayed is processed in the end, and its letter is listed with the replay', async () => {
  const id = `${run}-mended`;
  const uuid = eventIdentity(company.id).uuidOf(id);
  const body = { external_event_id: id, player_id: `${run}-p`, event_type: 'DEPOSIT', amount: 1000, currency: 'XOF', event_timestamp: new Date().toISOString() };
  // One of the same player before it, so that there is a place before its own to list from.
  for (const each of [{ ...body, external_event_id: `${id}-before` }, body]) expect((await call('POST', '/events', each)).status).toBe(202);
  await statusWhen(uuid, ({ status }) => status === 'PROCESSED');

  // As a service would: two of them refused the record where it stood, one of them twice.
  const [row] = await (await client.query({ query: 'SELECT kafka_partition AS partition, kafka_offset AS offset FROM events WHERE uuid = {uuid:UUID}', query_params: { uuid }, format: 'JSONEachRow' })).json<{ partition: number; offset: number }>();
  const place = { partition: Number(row?.partition), offset: Number(row?.offset) };
  const codec = createAvroCodec(createRegistrySchemaIds(stack.schemaRegistry));
  await codec.register('betting-event');
  const now = Date.now() * 1000;
  const value = Buffer.from(codec.encode('betting-event', bettingEvent({ company_id: company.id, external_event_id: id, player_id: `${run}-p`, event_timestamp: now, received_at: now })));
  const key = Buffer.from(`${company.id}|${run}-p`);
  expect(place.partition).toBe(partitionOf(key, await (await log.admin()).partitionCount(topic)));
  const record = { topic, ...place, timestamp: 0, key, value, headers: {} };
  await (await log.producer()).send([deadLetterOf(record, 'the disk was full', 'velocity-detector'), deadLetterOf(record, 'the disk was full', 'bonus-scorer'), deadLetterOf(record, 'the disk was full', 'velocity-detector')]);
  expect(await statusWhen(uuid, ({ status }) => status === 'FAILED')).toMatchObject({ reason: 'the disk was full' });

  await stakewatch('dead-letters', 'replay', topic, ...at(place));
  expect(await statusWhen(uuid, ({ status }) => status === 'PROCESSED')).not.toHaveProperty('reason');
  expect(await rowsOf(uuid)).toBe(1);
  expect(await stakewatch('dead-letters', 'show', topic, ...at(place))).toMatchObject({ uuid, replayedAt: expect.stringMatching(/Z$/) as string, refusals: [{ service: 'velocity-detector', copies: 2 }, { service: 'bonus-scorer', copies: 1 }] });
  const page = await stakewatch('dead-letters', 'list', topic, '--limit', '1000', '--after', `${topic}/${place.partition}/${place.offset - 1}`);
  expect((page['items'] as { uuid: string }[]).filter((line) => line.uuid === uuid)).toMatchObject([{ ...place, service: 'velocity-detector', replayedAt: expect.stringMatching(/Z$/) as string }, { ...place, service: 'bonus-scorer' }]);
});

const at = (place: { partition: number; offset: number } | undefined) => ['--partition', String(place?.partition), '--offset', String(place?.offset)];

async function placesOf(uuid: string): Promise<readonly { partition: number; offset: number }[]> {
  const { items } = (await stakewatch('dead-letters', 'list', topic, '--limit', '1000')) as { items: { uuid: string; partition: number; offset: number }[] };
  const places = new Map(items.filter((line) => line.uuid === uuid).map(({ partition, offset }) => [`${partition}/${offset}`, { partition, offset }]));
  return [...places.values()];
}

async function rowsOf(uuid: string): Promise<number> {
  const result = await client.query({ query: 'SELECT count() AS n FROM events WHERE uuid = {uuid:UUID}', query_params: { uuid }, format: 'JSONEachRow' });
  return Number((await result.json<{ n: string }>())[0]?.n);
}
