import fc from 'fast-check';
import { SlotIndex } from './slot-index';

test('finds what a map finds, whatever comes and goes, with hashes that fall on the same places', () => {
  // Few hashes, some of them next to each other and around the end of the table, so that rows of places grow together.
  const hash = fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: -6, max: -1 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));
  const steps = fc.array(fc.record({ slot: fc.nat(40), hash, remove: fc.boolean() }), { maxLength: 200 });
  fc.assert(
    fc.property(steps, (given) => {
      const index = new SlotIndex();
      const known = new Map<number, number>();
      for (const step of given) {
        const at = known.get(step.slot);
        if (step.remove && at !== undefined) {
          index.remove(at, step.slot);
          known.delete(step.slot);
        } else if (!step.remove && at === undefined) {
          index.add(step.hash, step.slot);
          known.set(step.slot, step.hash);
        }
        expect(index.size).toBe(known.size);
        for (let slot = 0; slot <= 40; slot += 1) {
          const held = known.get(slot);
          expect(index.find(held ?? step.hash, (candidate) => candidate === slot)).toBe(held === undefined ? -1 : slot);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('grows, and is empty when it is cleared', () => {
  const index = new SlotIndex();
  for (let slot = 0; slot < 5_000; slot += 1) index.add(Math.imul(slot, 0x9e37_79b1), slot);
  for (let slot = 0; slot < 5_000; slot += 1) expect(index.find(Math.imul(slot, 0x9e37_79b1), (candidate) => candidate === slot)).toBe(slot);
  index.clear();
  expect([index.size, index.find(0, () => true)]).toEqual([0, -1]);
});
