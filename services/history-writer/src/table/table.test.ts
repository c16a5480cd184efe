import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { replayMarkHeaders } from '@stakewatch/contracts';
import { MemoryStore } from '../testing/memory-store';
import { recordOf, sampleAlert, sampleEvent, silentObserver, testCodec } from '../testing/records';
import { insertBisecting } from './bisect';
import { deadLetterRow, DeadLetterWriter, replayRow } from './dead-letter-writer';
import { IdentityFilter } from './identity-filter';
import { revisionIdentity, uuidIdentity } from './identity';

test('bisecting inserts every good row once and gives back exactly the bad ones', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.nat(500), { maxLength: 60 }), fc.uniqueArray(fc.nat(500), { maxLength: 5 }), async (rows, bad) => {
      const inserted: number[] = [];
      const paths = new Set<string>();
      const culprits = await insertBisecting(rows, async (part, path) => {
        expect(paths.has(path)).toBe(false);
        paths.add(path);
        if (part.some((row) => bad.includes(row))) return false;
        inserted.push(...part);
        return true;
      });
      expect(inserted).toEqual(rows.filter((row) => !bad.includes(row)));
      expect(culprits).toEqual(rows.filter((row) => bad.includes(row)));
    }),
  );
});

test('the filter never forgets, and rarely takes a new key for an old one', () => {
  const filter = new IdentityFilter(65_536);
  const words = (uuid: string) => [Number.parseInt(uuid.slice(0, 8), 16), Number.parseInt(uuid.slice(28), 16)] as const;
  const uuids = Array.from({ length: 40_000 }, () => randomUUID());
  const wrong = uuids.filter((uuid) => !filter.add(...words(uuid))).length;
  expect(wrong).toBeLessThan(400);
  expect(uuids.filter((uuid) => filter.add(...words(uuid)))).toEqual([]);
});

test('identities from the raw bytes and from ClickHouse rows are the same', async () => {
  const codec = await testCodec();
  const words = new Uint32Array(2);
  const loaded = new Uint32Array(2);
  const rowBinary = (uuid: string, extra: number[] = []) => {
    const hex = Buffer.from(uuid.replaceAll('-', ''), 'hex');
    return Buffer.from([...hex.subarray(0, 8).reverse(), ...hex.subarray(8).reverse(), ...extra]);
  };
  for (let i = 0; i < 100; i += 1) {
    const event = sampleEvent(`e${i}`);
    const byUuid = uuidIdentity('uuid');
    const value = Buffer.from(codec.encode('betting-event', event));
    expect(byUuid.hash(value, words)).toBe(true);
    byUuid.hashLoaded(rowBinary(event.uuid), 0, loaded);
    expect(words).toEqual(loaded);
    expect(byUuid.keyOf(value)).toBe(event.uuid);
    const byRevision = revisionIdentity('alert_id', 'revision');
    const alert = Buffer.from(codec.encode('alert', sampleAlert(event.uuid, i * 3 + 1)));
    expect(byRevision.hash(alert, words)).toBe(true);
    const revision = Buffer.alloc(4);
    revision.writeUInt32LE(i * 3 + 1);
    byRevision.hashLoaded(rowBinary(event.uuid, [...revision]), 0, loaded);
    expect(words).toEqual(loaded);
    expect(byRevision.keyOf(alert)).toBe(`${event.uuid}:${i * 3 + 1}`);
  }
});

test.each([Buffer.alloc(0), Buffer.alloc(5), Buffer.from('\0\0\0\0\x01Hnot a uuid but thirty-six characters!!'), Buffer.concat([Buffer.alloc(5), Buffer.from('\x48'), Buffer.from('550E8400-E29B-41D4-A716-446655440000')])])('bytes without a lower-case uuid have no identity', (value) => {
  expect(uuidIdentity('uuid').hash(value, new Uint32Array(2))).toBe(false);
});

test('a dead letter is described by its headers, and without them by where it stands', async () => {
  const codec = await testCodec();
  const letter = { ...recordOf(Buffer.alloc(5_000, 1), 7, 'betting.events.v1.dlq'), headers: { 'stakewatch-reason': 'no', 'stakewatch-source-partition': '3', 'stakewatch-source-offset': '42', 'stakewatch-source-topic': 'betting.events.v1', 'stakewatch-service': 'velocity-detector', 'stakewatch-uuid': 'not one' } };
  expect(deadLetterRow(letter, codec)).toMatchObject({ topic: 'betting.events.v1', partition: 3, offset: 42, service: 'velocity-detector', reason: 'no', uuid: null, value_bytes: 5_000, kafka_offset: 7 });
  expect(deadLetterRow(letter, codec).value_base64).toHaveLength(4_096);
  expect(deadLetterRow({ ...letter, headers: {}, value: null }, codec)).toMatchObject({ topic: 'betting.events.v1', partition: 0, offset: 7, service: 'unknown', value_bytes: 0 });
});

const letterOf = (source: number, at: number, service = 'velocity-detector') => ({ ...recordOf(Buffer.from('x'), at, 'betting.events.v1.dlq'), headers: { 'stakewatch-reason': 'no', 'stakewatch-source-partition': '3', 'stakewatch-source-offset': String(source), 'stakewatch-source-topic': 'betting.events.v1', 'stakewatch-service': service } });
const markOf = (source: number, at: number, before: number, uuid: string | null = null) =>
  ({ ...recordOf(null, at, 'betting.events.v1.dlq'), headers: replayMarkHeaders({ topic: 'betting.events.v1', partition: 3, offset: source, uuid, replayedPartition: 3, replayedFrom: before - 2, replayedBefore: before }) });

test('a mark of a replay is a row of its own kind; what is no whole mark is a letter', () => {
  const uuid = '550e8400-e29b-41d4-a716-446655440000';
  expect(replayRow(markOf(42, 9, 77, uuid))).toEqual({ topic: 'betting.events.v1', partition: 3, offset: 42, uuid, replayed_at: '1770000000.000', replayed_partition: 3, replayed_from: 75, replayed_before: 77, kafka_partition: 0, kafka_offset: 9 });
  expect(replayRow(letterOf(42, 9))).toBeNull();
  for (const [name, value] of [['stakewatch-replayed', 'betting.events.v1/3'], ['stakewatch-replayed-into', '3/-1']] as const) {
    const mark = markOf(42, 9, 77, 'no uuid');
    expect(replayRow(mark)).toMatchObject({ uuid: null });
    expect(replayRow({ ...mark, headers: { ...mark.headers, [name]: value } })).toBeNull();
  }
});

test.each(['before', 'after'] as const)('letters and marks of a block are rows once, when inserts fail %s they took effect and when the block is written again', async (when) => {
  const store = new MemoryStore([]);
  const block = [letterOf(42, 0), markOf(42, 1, 50), letterOf(42, 2), letterOf(42, 3, 'history-writer'), markOf(42, 4, 60)];
  const { signal } = new AbortController();
  for (let life = 0; life < 2; life += 1) {
    if (life === 0) store.fail(when, when, when);
    // The second time as after a group that was set back: in another block, so under another token.
    await new DeadLetterWriter(store, await testCodec(), silentObserver).write(block, `dlq/0/0-${4 + life}`, signal);
  }
  const letters = store.rows.filter((row) => 'service' in row);
  const marks = store.rows.filter((row) => 'replayed_before' in row);
  expect(letters.map(({ service }) => service)).toEqual(['velocity-detector', 'history-writer']);
  expect(marks.map(({ replayed_before }) => replayed_before)).toEqual([50, 60]);
  expect(store.rows).toHaveLength(4);
});
