import { randomUUID } from 'node:crypto';
import { type BonusInput, bonusChangeIdOf, eventIdentity, TOPICS } from '@stakewatch/contracts';
import { createAvroCodec, createRegistrySchemaIds, deadLetterOf, openToolLog, partitionOf } from '@stakewatch/runtime';
import { apiOf, bettingEvent, stackFile, stakewatch, until } from '@stakewatch/testing';

/** What the bonus scorer was to see of an event is dead, and is replayed: through the command line, the scorer and the gateway, on the running services. */
const stack = stackFile();
const company = stack.companies[0] as (typeof stack.companies)[number];
const topic = TOPICS.bonusChanges.name;
const id = `held-${randomUUID().slice(0, 8)}`;
const log = openToolLog({ clientId: 'held-events-test', brokers: [stack.kafka] });
afterAll(() => log.close());

test('an event of which only a dead record of the bonus scorer tells has failed, and is processed when the scorer has taken in what was replayed', async () => {
  const call = apiOf(stack, company.apiKey);
  const uuid = eventIdentity(company.id).uuidOf(id);
  const status = (awaited: string) => until(async () => (await call('GET', `/events/${uuid}/status`)).body as { status: string; reason?: string; processed_at: string }, (answer) => answer.status === awaited);
  expect((await call('POST', '/events', { external_event_id: id, player_id: id, event_type: 'BET_PLACED', amount: 5, currency: 'XOF', event_timestamp: new Date().toISOString() })).status).toBe(202);
  const first = await status('PROCESSED');

  const codec = createAvroCodec(createRegistrySchemaIds(stack.schemaRegistry));
  await codec.register('bonus-change');
  const now = Date.now() * 1_000;
  const signal = { ...bettingEvent({ company_id: company.id, external_event_id: id, player_id: id, event_type: 'BET_PLACED', event_timestamp: now, received_at: now }), event_uuid: uuid };
  const pack: BonusInput = { uuid: bonusChangeIdOf(company.id, id), company_id: company.id, kind: 'activity', received_at: now, player_id: null, txn_date: null, body: '', signals: [signal] };
  // As the scorer would, of a record that stood further on than any will for long.
  const place = { partition: partitionOf(Buffer.from(company.id), await (await log.admin()).partitionCount(topic)), offset: Date.now() };
  const record = { topic, ...place, timestamp: 0, key: Buffer.from(company.id), value: Buffer.from(codec.encode('bonus-change', pack)), headers: {} };
  await (await log.producer()).send([deadLetterOf(record, 'the rules failed on it 3 times', 'bonus-scorer')]);
  expect(await status('FAILED')).toMatchObject({ reason: 'the rules failed on it 3 times' });

  expect(await stakewatch('dead-letters', 'replay', topic, '--partition', String(place.partition), '--offset', String(place.offset))).toMatchObject({ topic, replayed: 1 });
  const last = await status('PROCESSED');
  expect(last.processed_at > first.processed_at).toBe(true);
});
