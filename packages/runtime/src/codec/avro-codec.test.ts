import { bettingEvent } from '@stakewatch/testing';
import { Unreadable } from '../consumer/stage';
import { createAvroCodec, type SchemaIds } from './avro-codec';
import { schemaIdOf } from './frame';
import { createMemorySchemaIds } from './memory-schema-ids';

const event = bettingEvent({ external_event_id: 'evt-1', game_odds: 2.5, player_kyc_level: 2, balance_before: 10, player_phone: '+221 é' });

test('what was encoded is decoded, also by another process', async () => {
  const ids = createMemorySchemaIds();
  const writer = createAvroCodec(ids);
  const id = await writer.register('betting-event');
  const framed = writer.encode('betting-event', event);
  expect(schemaIdOf(framed)).toBe(id);
  const reader = createAvroCodec(ids);
  await reader.learn([framed, null, Buffer.from('x')]);
  expect({ ...reader.decode('betting-event', framed) }).toEqual(event);
});

test('values written one after the other do not overwrite each other, across slabs too', async () => {
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('betting-event');
  const many = Array.from({ length: 9000 }, (_, index) => codec.encode('betting-event', { ...event, external_event_id: `evt-${index}` }));
  for (const index of [0, 1, 4999, 8999]) expect(codec.decode('betting-event', many[index] as Buffer).external_event_id).toBe(`evt-${index}`);
});

test('a value larger than a slab is encoded all the same', async () => {
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('decision');
  const facts = 'x'.repeat(3_000_000);
  const value = { decision_id: 'a', company_id: 'a', service: 's', kind: 'k', subject_id: 's', player_id: null, outcome: 'o', score: null, facts, rule_versions: '{}', decided_at: 1, answer: null };
  expect(codec.decode('decision', codec.encode('decision', value)).facts).toHaveLength(3_000_000);
});

test.each([
  ['no frame', Buffer.from('{"json":true}')],
  ['too short', Buffer.from([0, 0])],
  ['an unknown id', Buffer.from([0, 0, 0, 9, 9, 1, 2, 3])],
])('%s is unreadable, with a reason', async (_name, bytes) => {
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('betting-event');
  await codec.learn([bytes]);
  expect(() => codec.decode('betting-event', bytes)).toThrow(Unreadable);
});

test('a truncated body is unreadable', async () => {
  const codec = createAvroCodec(createMemorySchemaIds());
  await codec.register('betting-event');
  const framed = codec.encode('betting-event', event);
  expect(() => codec.decode('betting-event', framed.subarray(0, framed.length - 4))).toThrow(Unreadable);
});

test('known ids keep working when the registry is down', async () => {
  let down = false;
  const memory = createMemorySchemaIds();
  const ids: SchemaIds = { register: memory.register, fetch: async (id) => (down ? Promise.reject(new Error('down')) : memory.fetch(id)) };
  const writer = createAvroCodec(ids);
  await writer.register('betting-event');
  const framed = writer.encode('betting-event', event);
  const reader = createAvroCodec(ids);
  await reader.learn([framed]);
  down = true;
  await reader.learn([framed]);
  expect(reader.decode('betting-event', framed).uuid).toBe(event.uuid);
});

test('an id that the registry does not have is asked for again after a pause, not for each record; one that is no Avro never', async () => {
  const held = new Map<number, string>([[8, '{"type":"nothing"}']]);
  const asked: number[] = [];
  let now = 0;
  const ids: SchemaIds = { register: createMemorySchemaIds().register, fetch: async (id) => (asked.push(id), held.get(id) ?? null) };
  const codec = createAvroCodec(ids, () => now);
  const frames = [7, 8].map((id) => Buffer.from([0, 0, 0, 0, id, 1]));
  for (let record = 0; record < 5; record += 1) await codec.learn(frames);
  expect(asked).toEqual([7, 8]);
  expect([codec.isKnown(7), codec.isKnown(8)]).toEqual([true, true]);
  for (const frame of frames) expect(() => codec.decode('betting-event', frame)).toThrow(Unreadable);
  held.set(7, '"string"');
  now = 30_001;
  expect([codec.isKnown(7), codec.isKnown(8)]).toEqual([false, true]);
  await codec.learn(frames);
  expect(asked).toEqual([7, 8, 7]);
  expect(codec.schemaOf(7)).toBe('"string"');
});
