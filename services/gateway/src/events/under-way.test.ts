import fc from 'fast-check';
import { UnderWay } from './under-way';

test('the first of a uuid is told, and all of it leave together in their order', () => {
  const underWay = new UnderWay<string>();
  expect(underWay.join('0a1b', 'one')).toBe(true);
  expect(underWay.join('0a1b', 'two')).toBe(false);
  expect(underWay.join('0a1c', 'beside, in the same slot')).toBe(true);
  expect(underWay.leave('0a1b')).toEqual(['one', 'two']);
  expect(underWay.leave('0a1b')).toEqual([]);
  expect(underWay.join('0a1b', 'three')).toBe(true);
  expect(underWay.leave('0a1c')).toEqual(['beside, in the same slot']);
});

test('whatever joins and leaves, it holds what a Map of lists holds', () => {
  // Few uuids, most of them in one slot.
  const uuid = fc.constantFrom('fff0', 'fff1', 'fff2', 'fff3', '0000', 'a9f0');
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.boolean(), uuid), { maxLength: 60 }), (steps) => {
      const underWay = new UnderWay<number>();
      const plain = new Map<string, number[]>();
      steps.forEach(([joins, of], index) => {
        if (joins) {
          expect(underWay.join(of, index)).toBe(!plain.has(of));
          plain.set(of, [...(plain.get(of) ?? []), index]);
        } else {
          expect(underWay.leave(of)).toEqual(plain.get(of) ?? []);
          plain.delete(of);
        }
      });
      for (const [of, items] of plain) expect(underWay.leave(of)).toEqual(items);
    }),
  );
});
