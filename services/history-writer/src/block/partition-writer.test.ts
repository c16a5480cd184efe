import fc from 'fast-check';
import { type BatchControl, type CommittedOffset, type LogRecord, Retriable, StaleOwner } from '@stakewatch/runtime';
import { schemaText } from '@stakewatch/contracts';
import { AvroWriter } from '../table/avro-writer';
import { IdentityFilter } from '../table/identity-filter';
import { type AvroTarget, EVENTS } from '../table/targets';
import { MemoryStore } from '../testing/memory-store';
import { memoryDeadLetters, recordOf, sampleEvent, silentObserver, testCodec } from '../testing/records';
import { ByteBudget } from './byte-budget';
import { PartitionWriter } from './partition-writer';
import { writePlan } from './plan';

const COLUMNS = [...(JSON.parse(schemaText('betting-event')) as { fields: { name: string }[] }).fields.map(({ name }) => name), 'kafka_partition', 'kafka_offset'];
const AT = { topic: EVENTS.topic, partition: 0 };
/** As progress has none: only its place tells a row from its repetition. */
const WITHOUT_IDENTITY: AvroTarget = { ...EVENTS, identity: null };

/** Thrown where the process "dies": nothing after it runs in that life. */
class Death extends Error {}

/** A log of one partition, with the group's commits; lives on when a writer dies. */
class World {
  committed: CommittedOffset = { offset: null, metadata: null };
  readonly store: MemoryStore;
  readonly letters = memoryDeadLetters();

  constructor(
    readonly log: readonly LogRecord[],
    readonly codec: Awaited<ReturnType<typeof testCodec>>,
    refuses: (row: Record<string, unknown>) => boolean = () => false,
    private readonly target: AvroTarget = EVENTS,
  ) {
    this.store = new MemoryStore(COLUMNS, refuses);
  }

  /** One life of the consumer: fetches of `fetch` records, dies at step `dieAt` (steps: commits and inserts, each before and after). */
  async live(fetch: number, dieAt: number): Promise<void> {
    let step = 0;
    const tick = () => {
      if (step++ === dieAt) throw new Death();
    };
    const { store, target } = this;
    const mortal = {
      columns: () => store.columns(),
      existing: (table: string, sql: string, keys: readonly string[]) => store.existing(table, sql, keys),
      identities: async () => undefined,
      insert: async (block: Parameters<MemoryStore['insert']>[0]) => {
        tick();
        await store.insert(block);
        tick();
      },
    };
    const control: BatchControl = {
      isOwner: () => true,
      heartbeat: async () => undefined,
      commit: async (offset, metadata) => {
        tick();
        this.committed = { offset, metadata: metadata ?? null };
        tick();
      },
    };
    const filter = new IdentityFilter(1 << 20);
    // A new life loads its filter from the table.
    const words = new Uint32Array(2);
    for (const row of store.rows) {
      EVENTS.identity?.hash(this.codec.encode('betting-event', sampleEvent(String(row['external_event_id']))), words);
      filter.add(words[0] as number, words[1] as number);
    }
    const writer = new AvroWriter(target, { store: mortal, codec: this.codec, deadLetters: this.letters, filter: target.identity && filter, observer: silentObserver, loadedAt: 0, inserting: new ByteBudget(1e6) });
    const handler = new PartitionWriter(AT, { writer, budget: new ByteBudget(1e6), limits: { rows: 5, bytes: 1e6 } });
    await handler.open(this.committed);
    try {
      for (let at = this.committed.offset ?? 0; at < this.log.length; at += fetch) {
        const records = this.log.slice(at, at + fetch);
        const outcome = await handler.process({ ...AT, records, highWatermark: this.log.length }, control);
        if (outcome !== 'held') await control.commit((records.at(-1) as LogRecord).offset + 1);
      }
    } catch (error) {
      if (!(error instanceof Death)) throw error;
    }
    await handler.close();
  }
}

const idsOf = (store: MemoryStore) => store.rows.map((row) => String(row['external_event_id'])).sort();

test('die at any step, with any fetch sizes, as often as you like: each event is one row', async () => {
  const codec = await testCodec();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(30), { minLength: 1, maxLength: 40 }), fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(20)), { maxLength: 8 }), async (ids, lives) => {
      const log = ids.map((id, offset) => recordOf(Buffer.from(codec.encode('betting-event', sampleEvent(`e${id}`))), offset));
      const world = new World(log, codec);
      for (const [fetch, dieAt] of lives) await world.live(fetch, dieAt);
      await world.live(7, Number.POSITIVE_INFINITY);
      expect(idsOf(world.store)).toEqual([...new Set(ids)].map((id) => `e${id}`).sort());
      expect(world.committed).toEqual({ offset: log.length, metadata: null });
    }),
    { numRuns: 150 },
  );
});

test('the same of records without an identity: each is one row, by the place where it stands', async () => {
  const codec = await testCodec();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(3), { minLength: 1, maxLength: 40 }), fc.array(fc.tuple(fc.integer({ min: 1, max: 12 }), fc.nat(20)), { maxLength: 8 }), async (ids, lives) => {
      const log = ids.map((id, offset) => recordOf(Buffer.from(codec.encode('betting-event', sampleEvent(`e${id}`))), offset));
      const world = new World(log, codec, undefined, WITHOUT_IDENTITY);
      for (const [fetch, dieAt] of lives) await world.live(fetch, dieAt);
      await world.live(7, Number.POSITIVE_INFINITY);
      expect(idsOf(world.store)).toEqual(ids.map((id) => `e${id}`).sort());
    }),
    { numRuns: 150 },
  );
});

test('a log that has lost its newest records since they were planned: what it still has is a block of its own', async () => {
  const codec = await testCodec();
  const log = [0, 1, 2].map((offset) => recordOf(Buffer.from(codec.encode('betting-event', sampleEvent(`e${offset}`))), offset));
  const world = new World(log, codec, undefined, WITHOUT_IDENTITY);
  world.committed = { offset: 0, metadata: writePlan({ from: 0, to: 4 }) };
  await world.live(3, Number.POSITIVE_INFINITY);
  expect(idsOf(world.store)).toEqual(['e0', 'e1', 'e2']);
  expect(world.committed).toEqual({ offset: 3, metadata: null });
  expect(world.store.tokens).toEqual([expect.stringContaining('/0/0-2#')]);
});

test('a partition that is taken away while its block is being written is not waited for', async () => {
  jest.useFakeTimers();
  try {
    const writer = { write: () => new Promise<void>(() => undefined), takeOver: async () => undefined };
    const handler = new PartitionWriter(AT, { writer, budget: new ByteBudget(1e6), limits: { rows: 5, bytes: 1e6 } });
    await handler.open({ offset: null, metadata: null });
    let isOwner = true;
    let heartbeats = 0;
    const control: BatchControl = { isOwner: () => isOwner, heartbeat: async () => void (heartbeats += 1), commit: async () => undefined };
    const working = handler.process({ ...AT, records: [recordOf(Buffer.from('x'), 0)], highWatermark: 1 }, control);
    const failed = expect(working).rejects.toBeInstanceOf(Retriable);
    await jest.advanceTimersByTimeAsync(3_000);
    expect(heartbeats).toBeGreaterThanOrEqual(3);
    isOwner = false;
    await jest.advanceTimersByTimeAsync(1_000);
    await failed;
  } finally {
    jest.useRealTimers();
  }
});

test('an insert that timed out after it succeeded is one row; one that failed before is not lost', async () => {
  const codec = await testCodec();
  const world = new World(Array.from({ length: 12 }, (_, i) => recordOf(Buffer.from(codec.encode('betting-event', sampleEvent(`e${i}`))), i)), codec);
  world.store.fail('after', 'before', 'after');
  await world.live(4, Number.POSITIVE_INFINITY);
  expect(world.store.rows).toHaveLength(12);
});

test('a poison record is dead-lettered with its reason, and the rest goes on', async () => {
  const codec = await testCodec();
  const good = (id: string) => Buffer.from(codec.encode('betting-event', sampleEvent(id)));
  const other = good('x');
  other.writeUInt32BE(999, 1);
  const values = [good('a'), Buffer.from('not avro'), null, good('b').subarray(0, -1), Buffer.concat([good('c'), Buffer.from([1])]), other, good('refused'), good('d')];
  const world = new World(values.map((value, i) => recordOf(value, i)), codec, (row) => row['external_event_id'] === 'refused');
  await world.live(100, Number.POSITIVE_INFINITY);
  expect(idsOf(world.store)).toEqual(['a', 'd']);
  expect(world.letters.letters.map(({ record }) => record.offset).sort()).toEqual([1, 2, 3, 4, 5, 6]);
  expect(world.letters.letters.every(({ reason }) => reason.length > 0)).toBe(true);
});

test('ClickHouse down: nothing is committed beyond the plan; letting go ends the wait, and the next owner writes it', async () => {
  const codec = await testCodec();
  const world = new World([recordOf(Buffer.from(codec.encode('betting-event', sampleEvent('a'))), 0)], codec);
  let retry!: () => void;
  const retried = new Promise<void>((resolve) => (retry = resolve));
  const writer = new AvroWriter(EVENTS, { store: world.store, codec, deadLetters: world.letters, filter: new IdentityFilter(1024), observer: { ...silentObserver, retry: () => retry() }, loadedAt: 0, inserting: new ByteBudget(1e6) });
  const handler = new PartitionWriter(AT, { writer, budget: new ByteBudget(1e6), limits: { rows: 5, bytes: 1e6 } });
  const control: BatchControl = { isOwner: () => true, heartbeat: async () => undefined, commit: async (offset, metadata) => void (world.committed = { offset, metadata: metadata ?? null }) };
  await handler.open(world.committed);
  world.store.down = true;
  const working = expect(handler.process({ ...AT, records: world.log, highWatermark: 1 }, control)).rejects.toThrow('let go');
  await retried;
  await handler.close();
  await working;
  expect(world.committed).toEqual({ offset: 0, metadata: writePlan({ from: 0, to: 0 }) });
  world.store.down = false;
  await world.live(1, Number.POSITIVE_INFINITY);
  expect(idsOf(world.store)).toEqual(['a']);
});

test('a stale owner stops at the plan: nothing is inserted', async () => {
  const codec = await testCodec();
  const world = new World([recordOf(Buffer.from(codec.encode('betting-event', sampleEvent('a'))), 0)], codec);
  const writer = new AvroWriter(EVENTS, { store: world.store, codec, deadLetters: world.letters, filter: new IdentityFilter(1024), observer: silentObserver, loadedAt: 0, inserting: new ByteBudget(1e6) });
  const handler = new PartitionWriter(AT, { writer, budget: new ByteBudget(1e6), limits: { rows: 5, bytes: 1e6 } });
  await handler.open(world.committed);
  const control: BatchControl = { isOwner: () => true, heartbeat: async () => undefined, commit: async () => Promise.reject(new StaleOwner('another generation')) };
  await expect(handler.process({ ...AT, records: world.log, highWatermark: 1 }, control)).rejects.toBeInstanceOf(StaleOwner);
  expect(world.store.rows).toEqual([]);
});
