import { schemaText } from '@stakewatch/contracts';
import type { LogRecord } from '@stakewatch/runtime';
import { ByteBudget } from '../block/byte-budget';
import { MemoryStore } from '../testing/memory-store';
import { memoryDeadLetters, recordOf, sampleEvent, silentObserver, testCodec } from '../testing/records';
import { AvroWriter } from './avro-writer';
import { IdentityFilter } from './identity-filter';
import type { HistoryStore, RowsSince } from './store';
import { EVENTS } from './targets';

const COLUMNS = (JSON.parse(schemaText('betting-event')) as { fields: { name: string }[] }).fields.map(({ name }) => name);
const LOADED_AT = 1_770_000_000_000;
const { signal } = new AbortController();

async function writing(changes: (store: MemoryStore) => Partial<HistoryStore> = () => ({})) {
  const codec = await testCodec();
  const memory = new MemoryStore(COLUMNS);
  const store: HistoryStore = { columns: () => memory.columns(), insert: (block) => memory.insert(block), existing: (table, sql, keys) => memory.existing(table, sql, keys), identities: async () => undefined, ...changes(memory) };
  const duplicates: number[] = [];
  const writer = new AvroWriter(EVENTS, {
    store,
    codec,
    deadLetters: memoryDeadLetters(),
    filter: new IdentityFilter(1 << 20),
    observer: { ...silentObserver, duplicates: (_table: string, rows: number) => void duplicates.push(rows) },
    loadedAt: LOADED_AT,
    inserting: new ByteBudget(1e6),
  });
  const event = (id: string, offset: number): LogRecord => recordOf(Buffer.from(codec.encode('betting-event', sampleEvent(id))), offset);
  return { writer, event, duplicates, ids: () => memory.rows.map((row) => row['external_event_id']).sort() };
}

test('one event in the blocks of two partitions that are under way at once is one row', async () => {
  let inserting: () => void = () => undefined;
  let goOn: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (inserting = resolve));
  const first = new Promise<void>((resolve) => (goOn = resolve));
  const { writer, event, ids, duplicates } = await writing((memory) => ({
    async insert(block) {
      inserting();
      if (block.token.startsWith('t/0/')) await first;
      await memory.insert(block);
    },
  }));
  const one = writer.write([event('a', 0), event('b', 1)], 't/0/0-1', signal);
  await begun;
  const other = writer.write([event('b', 0), event('c', 1)], 't/1/0-1', signal);
  await new Promise(setImmediate);
  goOn();
  await Promise.all([one, other]);
  expect(ids()).toEqual(['a', 'b', 'c']);
  expect(duplicates).toEqual([1]);
});

test('an event that the filter knows and the table has not, twice in one block, is one row', async () => {
  let lost = true;
  const { writer, event, ids, duplicates } = await writing((memory) => ({
    async insert(block) {
      if (lost) throw new Error('the process was to end here');
      await memory.insert(block);
    },
  }));
  await expect(writer.write([event('a', 0)], 't/0/0-0', signal)).rejects.toThrow('the process was to end here');
  lost = false;
  await writer.write([event('a', 0), event('a', 1), event('b', 2)], 't/0/0-2', signal);
  expect(ids()).toEqual(['a', 'b']);
  expect(duplicates).toEqual([1]);
});

test('who takes a partition over learns what another wrote of it, since a while before its own filter was loaded', async () => {
  const asked: (RowsSince | null)[] = [];
  const { writer } = await writing(() => ({ identities: async (_table, _identity, since) => void asked.push(since) }));
  await writer.takeOver(3);
  expect(asked).toEqual([{ partition: 3, writtenAt: LOADED_AT - 600_000 }]);
});
