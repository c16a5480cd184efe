import fc from 'fast-check';
import { PackedWrites } from './packed-writes';
import type { StateWrite } from './port';

const anyBytes = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
const anyKey = fc.string({ unit: 'grapheme', maxLength: 40 });
const anyWrite: fc.Arbitrary<StateWrite> = fc.oneof(
  fc.record({ key: anyKey, op: fc.constantFrom('append' as const, 'set' as const), bytes: anyBytes }),
  fc.record({ key: anyKey, op: fc.constantFrom('append' as const, 'set' as const), bytes: anyBytes, ttlMs: fc.constantFrom(1, 2.5, 15_552_000_000) }),
  fc.record({ key: anyKey, op: fc.constant('delete' as const) }),
);

/** Quicker to compare than buffers in objects. */
const asText = ({ key, op, bytes, ttlMs }: StateWrite): string => `${op} ${ttlMs} ${key} ${bytes?.toString('latin1')}`;

test('writes come out as they went in, whatever was packed in the same memory before', () => {
  const packed = new PackedWrites();
  fc.assert(
    fc.property(fc.array(anyWrite, { maxLength: 60 }), (writes) => {
      packed.reset().addAll(writes);
      expect([...packed].map(asText)).toEqual(writes.map(asText));
      expect(packed.kinds.reduce((sum, { count }) => sum + count, 0)).toBe(writes.length);
      const kinds = writes.map(({ op, ttlMs }) => `${op} ${ttlMs}`);
      expect(packed.kinds.map(({ op, ttlMs }) => `${op} ${ttlMs}`)).toEqual([...new Set(kinds)]);
    }),
  );
});

test('more than there is room for at first goes on in more, and more than is kept is let go', () => {
  const packed = new PackedWrites();
  const writes = Array.from({ length: 5_000 }, (_none, at): StateWrite => ({ key: `key-${at}`, op: at % 3 === 0 ? 'set' : 'append', bytes: Buffer.alloc(1_000, at) }));
  expect([...packed.addAll(writes)].map(asText)).toEqual(writes.map(asText));
  expect(packed.size).toBeGreaterThan(5_000_000);
  expect(packed.reset().bytes.length).toBeLessThan(100_000);
  expect([...packed]).toEqual([]);
});
