import fc from 'fast-check';
import { Shard } from './shard';

const step = fc.record({ group: fc.constantFrom('a', 'b'), id: fc.constantFrom('x', 'y', 'z\n'), value: fc.option(fc.integer({ min: 0, max: 6000 }).map((length) => 'v'.repeat(length))), save: fc.boolean() });

test('what is written, appended or anew, restores to what the shard holds', () => {
  let anew = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200, minLength: 50 }), (steps) => {
      const shard = new Shard();
      let stored: Buffer = Buffer.alloc(0);
      for (const { group, id, value, save } of steps) {
        if (value === null) shard.delete(group, id);
        else shard.set(group, id, { value });
        const write = save ? shard.takeWrite('k') : null;
        if (write?.op === 'set') anew += 1;
        if (write) stored = write.op === 'append' ? Buffer.concat([stored, write.bytes as Buffer]) : (write.bytes as Buffer);
      }
      const last = shard.takeWrite('k');
      if (last) stored = last.op === 'append' ? Buffer.concat([stored, last.bytes as Buffer]) : (last.bytes as Buffer);
      const restored = Shard.restore(stored);
      for (const group of ['a', 'b']) expect(new Map(restored.list(group))).toEqual(new Map(shard.list(group)));
      expect(shard.takeWrite('k')).toBeNull();
    }),
    { numRuns: 60, seed: 3 },
  );
  expect(anew).toBeGreaterThan(0);
}, 30_000);
