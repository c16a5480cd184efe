import fc from 'fast-check';
import { recordOf } from '../testing/records';
import { cutBlocks, readPlan, writePlan } from './plan';

test('plans survive the metadata, and nothing else is taken for one', () => {
  fc.assert(fc.property(fc.nat(), fc.nat(1000), (from, length) => expect(readPlan(from, writePlan({ from, to: from + length }))).toEqual({ from, to: from + length })));
  for (const metadata of [null, '', 'block:', 'block:x', 'block:4']) expect(readPlan(5, metadata)).toBeNull();
});

test('blocks hold all records in order, within the limits unless one alone is larger, and none could take the first of the next', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(12)), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 20 }), (sizes, rows, bytes) => {
      const records = sizes.map((size, offset) => recordOf(Buffer.alloc(size), offset));
      const blocks = cutBlocks(records, { rows, bytes });
      const weight = (block: readonly (typeof records)[number][]) => block.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
      expect(blocks.flat()).toEqual(records);
      for (const [index, block] of blocks.entries()) {
        expect(block.length).toBeGreaterThan(0);
        expect(block.length === 1 || (block.length <= rows && weight(block) <= bytes)).toBe(true);
        const next = blocks[index + 1]?.[0];
        if (next) expect(block.length === rows || weight(block) + (next.value?.length ?? 0) > bytes).toBe(true);
      }
    }),
  );
});
