import { createRequire } from 'node:module';
import fc from 'fast-check';
import type { Batch } from 'kafkajs';
import { recordSetsOf } from './kafkajs-fetch';
import { toLogRecords } from './kafkajs-record';
import type { LogRecord } from './port';
import { type BatchRecord, RecordBatch } from './record-batch';
import { placeOfValue, schemaIdIn, valueBytes } from './record-set';

const require = createRequire(__filename);
type Decoder = Parameters<typeof recordSetsOf>[0];
const KafkajsDecoder = require('kafkajs/src/protocol/decoder') as new (bytes: Buffer) => Decoder;
const kafkajsOwn = require('kafkajs/src/protocol/requests/fetch/v4/decodeMessages') as (decoder: Decoder) => Promise<readonly { offset: string }[]>;

type Sent = BatchRecord & { readonly timestamp: number };
const anyRecord: fc.Arbitrary<Sent> = fc.record({
  key: fc.option(fc.string({ maxLength: 20 }), { nil: null }),
  value: fc.option(fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)), { nil: null }),
  headers: fc.dictionary(fc.constantFrom('a', 'reason', 'ünïcode'), fc.string({ maxLength: 9 })),
  timestamp: fc.integer({ min: 1_700_000_000_000, max: 1_900_000_000_000 }),
});
const anyBatches = fc.array(fc.array(anyRecord, { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 });

/** A fetch's bytes: its size, then record batches whose offsets follow each other from `first` on. */
function fetched(batches: readonly (readonly Sent[])[], first: number, attributes = 0): Buffer {
  let offset = first;
  const written = batches.map((records) => {
    const batch = new RecordBatch();
    for (const record of records) batch.append(record, record.timestamp);
    const bytes = Buffer.from(batch.finish());
    bytes.writeBigInt64BE(BigInt(offset), 0);
    bytes.writeInt16BE(attributes, 21);
    offset += records.length;
    return bytes;
  });
  const bytes = Buffer.concat(written);
  const size = Buffer.alloc(4);
  size.writeInt32BE(bytes.length);
  return Buffer.concat([size, bytes]);
}

const batchOf = (messages: readonly { offset: string }[], from: number): Batch =>
  ({ topic: 't', partition: 3, fetchedOffset: String(from), messages: messages.filter(({ offset }) => Number(offset) >= from) }) as unknown as Batch;
const plain = (batch: Batch) => toLogRecords(batch).map(({ topic, partition, offset, timestamp, key, value, headers }) => ({ topic, partition, offset, timestamp, key, value, headers: { ...headers } }));

const inPlace = (record: LogRecord): Buffer | null => {
  const place = placeOfValue(record);
  return place && place.bytes.subarray(place.from, place.to);
};

test('record batches passed on give the records that kafkajs reads, from the offset asked for on', async () => {
  await fc.assert(
    fc.asyncProperty(anyBatches, fc.nat(1_000_000), fc.nat(20), fc.nat(400), fc.constantFrom(0, 8), async (batches, first, skip, cut, attributes) => {
      const whole = fetched(batches, first, attributes);
      // A fetch may end in the middle of any batch but the first: its size says how much there is.
      const firstEnd = 4 + 12 + whole.readInt32BE(4 + 8);
      const bytes = Buffer.from(whole.subarray(0, Math.max(firstEnd, whole.length - cut)));
      bytes.writeInt32BE(bytes.length - 4);
      const sets = recordSetsOf(new KafkajsDecoder(bytes));
      expect(sets).not.toBeNull();
      const messages = await kafkajsOwn(new KafkajsDecoder(bytes));
      expect(plain(batchOf(sets ?? [], first + skip))).toEqual(plain(batchOf(messages, first + skip)));
      const sizes = (batch: Batch) => toLogRecords(batch).map((record) => [valueBytes(record), schemaIdIn(record), inPlace(record)]);
      for (const record of toLogRecords(batchOf(sets ?? [], first + skip))) expect(inPlace(record)).toEqual(record.value);
      expect(sizes(batchOf(sets ?? [], first + skip))).toEqual(sizes(batchOf(messages, first + skip)));
    }),
  );
});

test('of several headers of one name the first counts, and what follows is read on', () => {
  const header = (name: string, value: string) => Buffer.from([name.length * 2, ...Buffer.from(name), value.length * 2, ...Buffer.from(value)]);
  const body = Buffer.concat([Buffer.from([0, 0, 0, 1, 1, 6]), header('a', 'one'), header('a', 'two'), header('b', 'three')]);
  const bytes = Buffer.concat([Buffer.from([0, 0, 0, 1, body.length * 2]), body]);
  const message = { offset: '0', recordSet: { bytes, firstOffset: 0, firstTimestamp: 1, appendedAt: null } };
  expect(plain(batchOf([message], 0))).toEqual([expect.objectContaining({ key: null, value: null, headers: { a: 'one', b: 'three' } })]);
});

test('what is compressed or transactional is left to kafkajs, from its beginning', () => {
  for (const attributes of [1, 2, 4, 16, 48]) {
    const decoder = new KafkajsDecoder(fetched([[{ key: null, value: Buffer.from('x'), timestamp: 1 }]], 0, attributes));
    expect(recordSetsOf(decoder)).toBeNull();
    expect(decoder.offset).toBe(0);
  }
});

test('bytes that are no records are refused, not read past', () => {
  fc.assert(
    fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 4 }), fc.nat(), fc.nat(255), (records, place, byte) => {
      const [set] = recordSetsOf(new KafkajsDecoder(fetched([records], 0))) ?? [];
      const bytes = Buffer.from(set?.recordSet.bytes as Buffer);
      bytes[4 + (place % (bytes.length - 4))] = byte;
      try {
        expect(plain(batchOf([{ ...set, recordSet: { ...set?.recordSet, bytes } } as never], 0)).length).toBeLessThanOrEqual(records.length);
      } catch (error) {
        expect(error).toBeInstanceOf(RangeError);
      }
    }),
  );
});

test('the schema id is read where the value is framed', () => {
  const of = (value: Buffer | null) => schemaIdIn({ topic: 't', partition: 0, offset: 0, timestamp: 0, key: null, value, headers: {} });
  expect([of(Buffer.from([0, 0, 0, 1, 2, 9])), of(Buffer.from([1, 0, 0, 1, 2, 9])), of(Buffer.from([0, 0, 0, 1])), of(null)]).toEqual([258, -1, -1, -1]);
});
