import { Type } from 'avsc';
import fc from 'fast-check';
import { AvroCursor } from './avro-cursor';
import { AvroWriter } from './avro-writer';

const long = Type.forSchema('long');
const cursor = new AvroCursor();

/** Around each power of two, where a byte more is needed, and anywhere. */
const longs = fc.oneof(
  fc.maxSafeInteger().map((value) => value + 0),
  fc.record({ power: fc.integer({ min: 0, max: 53 }), off: fc.integer({ min: -2, max: 2 }), sign: fc.constantFrom(-1, 1) }).map(({ power, off, sign }) => sign * (2 ** power + off) + 0).filter(Number.isSafeInteger),
);

function written(value: number): Buffer {
  const writer = new AvroWriter();
  writer.long(value);
  return Buffer.from(writer.written);
}

test('longs are read as they were written, up to 2^53 either way', () => {
  fc.assert(
    fc.property(longs, (value) => {
      const bytes = written(value);
      cursor.open(bytes, 0, bytes.length);
      expect(cursor.long()).toBe(value);
      cursor.close();
    }),
    { numRuns: 2_000 },
  );
});

test('longs are written as avsc writes them, where that is exact', () => {
  fc.assert(
    fc.property(longs.filter((value) => Math.abs(value) < 2 ** 52), (value) => {
      expect(written(value)).toEqual(long.toBuffer(value));
    }),
    { numRuns: 2_000 },
  );
});
