import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { recordOf, sampleAlert, sampleEvent, testCodec } from '../testing/records';
import { insertBisecting } from './bisect';
import { deadLetterRow } from './dead-letter-writer';
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

test('a dead letter is described by its headers, and without them by where it stands', () => {
  const letter = { ...recordOf(Buffer.alloc(5_000, 1), 7, 'betting.events.v1.dlq'), headers: { 'stakewatch-reason': 'no', 'stakewatch-source-partition': '3', 'stakewatch-source-offset': '42', 'stakewatch-source-topic': 'betting.events.v1', 'stakewatch-service': 'velocity-detector', 'stakewatch-uuid': 'not one' } };
  expect(deadLetterRow(letter)).toMatchObject({ topic: 'betting.events.v1', partition: 3, offset: 42, service: 'velocity-detector', reason: 'no', uuid: null, value_bytes: 5_000, kafka_offset: 7 });
  expect(deadLetterRow(letter).value_base64).toHaveLength(4_096);
  expect(deadLetterRow({ ...letter, headers: {}, value: null })).toMatchObject({ topic: 'betting.events.v1', partition: 0, offset: 7, service: 'unknown', value_bytes: 0 });
});
