import { type ClickHouseClient, type ClickHouseOptions, createClickHouse, migrate } from '@stakewatch/clickhouse';
import { type TestStack, testStack } from '@stakewatch/testing';
import { ByteBudget } from '../block/byte-budget';
import { memoryDeadLetters, recordOf, sampleEvent, silentObserver, testCodec } from '../testing/records';
import { AvroWriter } from './avro-writer';
import { createClickHouseStore } from './clickhouse-store';
import { IdentityFilter } from './identity-filter';
import { EVENTS } from './targets';

let stack: TestStack;
let options: ClickHouseOptions;
let client: ClickHouseClient;

beforeAll(async () => {
  stack = await testStack();
  options = { ...stack.clickhouse, database: `it_avro_writer_${process.pid}` };
  await migrate(options);
  client = createClickHouse(options);
});

afterAll(async () => {
  await client.command({ query: `DROP DATABASE ${options.database}` });
  await client.close();
  await stack.close();
});

async function writerOf(letters = memoryDeadLetters()) {
  const codec = await testCodec();
  const writer = new AvroWriter(EVENTS, { store: createClickHouseStore(client), codec, deadLetters: letters, filter: new IdentityFilter(1 << 20), observer: silentObserver, loadedAt: Date.now(), inserting: new ByteBudget(1e8) });
  const record = (id: string, offset: number, amount = 1) => recordOf(Buffer.from(codec.encode('betting-event', sampleEvent(id, { amount }))), offset);
  return { writer, letters, record, signal: new AbortController().signal };
}

const ids = async () => (await (await client.query({ query: 'SELECT external_event_id AS id FROM events ORDER BY kafka_offset', format: 'JSONEachRow' })).json<{ id: string }>()).map(({ id }) => id);

test('rows that ClickHouse itself refuses are bisected out, the rest is written; a repetition writes nothing twice', async () => {
  await client.command({ query: 'ALTER TABLE events ADD CONSTRAINT small CHECK amount < 1000' });
  const { writer, letters, record, signal } = await writerOf();
  const block = Array.from({ length: 40 }, (_, i) => record(`b${i}`, i, i === 7 || i === 31 ? 5_000 : i));
  const good = block.map((_, i) => `b${i}`).filter((id) => id !== 'b7' && id !== 'b31');
  await writer.write(block, 't/0/0-39', signal);
  expect(await ids()).toEqual(good);
  expect(letters.letters.map(({ record: { offset }, reason }) => [offset, reason])).toEqual([[7, 'ClickHouse refuses it: code 469'], [31, 'ClickHouse refuses it: code 469']]);
  // As after a crash before the commit: another process, whose filter knows nothing, and the same plan.
  const again = await writerOf();
  await again.writer.write(block, 't/0/0-39', signal);
  expect(await ids()).toEqual(good);
});

test('a new process that loads its filter drops what was sent again, under any offset', async () => {
  const { writer, record, signal } = await writerOf();
  const before = await ids();
  await writer.takeOver(0);
  await writer.write([record('b1', 100), record('new', 101), record('new', 102)], 't/0/100-102', signal);
  expect(await ids()).toEqual([...before, 'new']);
});
