import fc from 'fast-check';
import { produceChunks } from './produce-chunks';

const record = (bytes: number) => ({ topic: 't', key: null, value: Buffer.alloc(bytes) });

test('what fits goes in one call', () => {
  const records = [record(10), record(20)];
  expect([...produceChunks(records)]).toEqual([records]);
  expect([...produceChunks([])]).toEqual([]);
});

test('no call is over the limit unless it holds one record; order and number are kept', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 600 }), { maxLength: 50 }), (sizes) => {
      const records = sizes.map(record);
      const chunks = [...produceChunks(records, 1000)];
      expect(chunks.flat()).toEqual(records);
      for (const chunk of chunks) expect(chunk.length === 1 || chunk.reduce((sum, { value }) => sum + (value?.length ?? 0) + 100, 0) <= 1000).toBe(true);
    }),
  );
});
