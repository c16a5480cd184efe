import fc from 'fast-check';
import { AvroCursor, FewTexts } from './avro-cursor';
import { AvroWriter } from './avro-writer';

const few = new FewTexts();
const FIELDS: Readonly<Record<string, (cursor: AvroCursor, bytes: Buffer) => unknown>> = {
  long: (cursor) => cursor.long(),
  double: (cursor) => cursor.double(),
  boolean: (cursor) => cursor.boolean(),
  hasValue: (cursor) => cursor.hasValue(),
  fewText: (cursor) => cursor.fewText(few),
  text: (cursor, bytes) => bytes.toString('utf8', cursor.skipText(), cursor.at),
};
const fields = fc.array(fc.constantFrom(...Object.keys(FIELDS)), { maxLength: 8 });
const cursor = new AvroCursor();

/** What is read of the bytes of a place as these fields, up to the first that is not there; 'closed' when these were all of them. */
function readAll(names: readonly string[], bytes: Buffer, from: number, to: number): unknown[] {
  const read: unknown[] = [];
  try {
    cursor.open(bytes, from, to);
    for (const name of names) read.push(FIELDS[name]?.(cursor, bytes), cursor.at - from);
    cursor.close();
    read.push('closed');
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    read.push((error as RangeError).message);
  }
  return read;
}

/** Bytes that often are the fields: small numbers as lengths, and what follows them. */
const anyBytes = fc.array(fc.oneof(fc.constantFrom(0, 1, 2, 4, 128, 255), fc.nat(255)), { maxLength: 40 }).map((bytes) => Buffer.from(bytes));

test('bytes of a place are read as they are alone: what lies before and after them is never read', () => {
  fc.assert(
    fc.property(fields, anyBytes, anyBytes, anyBytes, (names, before, value, after) => {
      const alone = readAll(names, value, 0, value.length);
      expect(readAll(names, Buffer.concat([before, value, after]), before.length, before.length + value.length)).toEqual(alone);
    }),
    { numRuns: 2_000 },
  );
});

test('each field that was written is read, and cut anywhere it is refused, though the rest of it follows', () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 52), max: 2 ** 52 - 1 }), fc.double({ noNaN: true }), fc.string({ maxLength: 40, unit: 'grapheme' }), fc.nat(), (long, double, text, cut) => {
      const writer = new AvroWriter();
      writer.long(long);
      writer.branch(true);
      writer.double(double);
      writer.text(Buffer.from(text));
      const bytes = Buffer.from(writer.written);
      const names = ['long', 'hasValue', 'double', 'fewText'];
      const values = (read: readonly unknown[]) => read.filter((_part, index) => index % 2 === 0);
      expect(values(readAll(names, bytes, 0, bytes.length))).toEqual([long, true, double, text, 'closed']);
      expect(readAll(names, bytes, 0, cut % bytes.length)).not.toContain('closed');
    }),
  );
});

test('an end beyond the bytes is refused', () => {
  expect(() => new AvroCursor().open(Buffer.alloc(3), 0, 4)).toThrow(RangeError);
});
