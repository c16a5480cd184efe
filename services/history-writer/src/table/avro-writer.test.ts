import { schemaText } from '@stakewatch/contracts';
import { type AvroCodec, FRAME_BYTES, Retriable } from '@stakewatch/runtime';
import { ByteBudget } from '../block/byte-budget';
import { memoryDeadLetters, recordOf, sampleEvent, silentObserver, testCodec } from '../testing/records';
import { AvroWriter } from './avro-writer';
import { IdentityFilter } from './identity-filter';
import type { HistoryStore, StoreBlock } from './store';
import { EVENTS } from './targets';

/** A registry that a test fills, and whatever was inserted. */
async function writerOn(schemas: Map<number, string>) {
  const own = await testCodec();
  const inserted: StoreBlock[] = [];
  const asked: number[] = [];
  const store: HistoryStore = { columns: async () => new Set(['uuid']), insert: async (block) => void inserted.push(block), existing: async () => new Set(), identities: async () => undefined };
  let registryFails = 0;
  const codec: Pick<AvroCodec, 'learn' | 'schemaOf'> = {
    async learn() {
      registryFails -= 1;
      if (registryFails >= 0) throw new Retriable('the registry is away');
    },
    schemaOf(id) {
      asked.push(id);
      const text = schemas.get(id);
      if (text === undefined) throw new Error(`schema id ${id} is not known`);
      return text;
    },
  };
  const letters = memoryDeadLetters();
  const writer = new AvroWriter(EVENTS, { store, codec, deadLetters: letters, filter: new IdentityFilter(1 << 20), observer: silentObserver, loadedAt: 0, inserting: new ByteBudget(1e8) });
  let offset = 0;
  const write = (schemaId: number, count = 1) => {
    const records = Array.from({ length: count }, () => {
      const framed = Buffer.from(own.encode('betting-event', sampleEvent(`e${(offset += 1)}`)));
      framed.writeUInt32BE(schemaId, FRAME_BYTES - 4);
      return recordOf(framed, offset);
    });
    return writer.write(records, `t/0/${offset}`, new AbortController().signal);
  };
  return { write, inserted, asked, letters: letters.letters, fail: (times: number) => (registryFails = times) };
}

test('a schema that was not known is looked for again with each block, once for all of its records, and rows are written when it has come', async () => {
  const schemas = new Map<number, string>();
  const { write, inserted, asked, letters } = await writerOn(schemas);
  await write(7, 50);
  await write(7, 50);
  expect(letters).toHaveLength(100);
  expect(letters[0]?.reason).toBe('schema id 7 is not a record schema of the registry');
  expect(asked).toEqual([7, 7]);
  schemas.set(7, schemaText('betting-event'));
  await write(7);
  expect([inserted.length, letters.length]).toEqual([1, 100]);
});

test('a schema that is no record is unfit for ever, and asked for once; so is one that fits', async () => {
  const schemas = new Map([
    [8, '"string"'],
    [9, schemaText('betting-event')],
  ]);
  const { write, inserted, asked, letters } = await writerOn(schemas);
  for (const id of [8, 8, 9, 9]) await write(id);
  expect(asked).toEqual([8, 9]);
  expect([inserted.length, letters.length]).toEqual([2, 2]);
});

test('a registry that is away is waited for; nothing is dead-lettered for it', async () => {
  const { write, inserted, letters, fail } = await writerOn(new Map([[9, schemaText('betting-event')]]));
  fail(2);
  await write(9);
  expect([inserted.length, letters.length]).toEqual([1, 0]);
});
