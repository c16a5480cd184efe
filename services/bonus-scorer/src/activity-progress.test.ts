import { eventIdentity, TOPICS } from '@stakewatch/contracts';
import { createAvroCodec, createDeadLetters, createMemorySchemaIds, LogUnavailable, MemoryLog, MemoryStateStore, type OutgoingRecord, partitionOf, StateBudget, statefulHandler, type TopicPartition } from '@stakewatch/runtime';
import { bettingEvent } from '@stakewatch/testing';
import { ActivityProgress } from './activity-progress';
import { activityStage } from './activity-stage';

const EVENTS = TOPICS.bettingEvents.name;
const CHANGES = TOPICS.bonusChanges.name;
const NOW = 1_770_000_000_000;
const EVERY_MS = 200;

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

interface Admin {
  offsets: number;
  committed: number;
}

async function setUp() {
  const log = new MemoryLog(3);
  const codec = createAvroCodec(createMemorySchemaIds());
  await Promise.all((['bonus-change', 'betting-event', 'processing-progress'] as const).map((name) => codec.register(name)));
  const store = new MemoryStateStore();
  const sent = await log.producer();
  let fail: ((record: OutgoingRecord) => boolean) | null = null;
  const producer = {
    send: async (records: readonly OutgoingRecord[]) => {
      if (fail !== null && records.some(fail)) throw new LogUnavailable('away');
      await sent.send(records);
    },
    close: async () => undefined,
  };
  const real = await log.admin();
  const asked: Admin = { offsets: 0, committed: 0 };
  const held: { until: Promise<void>; ends?: Awaited<ReturnType<typeof real.offsets>> } = { until: Promise.resolve() };
  const admin = {
    ...real,
    offsets: async (topic: string) => {
      asked.offsets += 1;
      const ends = held.ends ?? (await real.offsets(topic));
      await held.until;
      return ends;
    },
    committed: async (group: string, topic: string) => ((asked.committed += 1), real.committed(group, topic)),
  };
  const troubles: unknown[] = [];
  const start = async () => {
    const progress = new ActivityProgress({ codec, producer, admin, partitions: 3, nowMillis: () => NOW, onTrouble: (error) => troubles.push(error) });
    const options = {
      group: 'activity', store, codec, deadLetters: createDeadLetters(producer, 'bonus-scorer', () => undefined), budget: new StateBudget(1 << 24), admin: real, rebuildWindowMs: 1000, nowMicros: () => NOW * 1000,
      observer: { onStateLost: () => undefined, onFoldFailed: () => undefined, onPhase: () => undefined, onResident: () => undefined }, stage: () => activityStage(codec),
    };
    const consumer = await log.consume({ group: 'activity', openOnAssignment: true, inputs: [{ topic: EVENTS, handler: (at: TopicPartition) => progress.follow(at, (following) => statefulHandler({ ...options, producer: following })(at)) }] });
    return { consumer: consumer as typeof consumer & { settle(): Promise<void> }, progress };
  };
  let count = 0;
  const event = (company: string, partition = 0) => {
    count += 1;
    const value = codec.encode('betting-event', bettingEvent({ company_id: company, external_event_id: `e${count}`, uuid: eventIdentity(company).uuidOf(`e${count}`) }));
    return { topic: EVENTS, partition, key: `${company}|p`, value: Buffer.from(value) };
  };
  const partitionOfCompany = (company: string) => partitionOf(Buffer.from(company), 3);
  /** The scorer's group has decided on all that bonus.changes.v1 holds in the partition. */
  const decided = (partition: number) => log.commit('bonus-scorer', { topic: CHANGES, partition }, log.partitions(CHANGES)[partition]?.length ?? 0);
  const said = () => log.records(TOPICS.processingProgress.name).map(({ value }) => codec.decode('processing-progress', value as Buffer)).map(({ partition, from_offset, to_offset }) => [partition, from_offset, to_offset]);
  const look = (times = 1) => jest.advanceTimersByTimeAsync(times * EVERY_MS);
  return { log, codec, held, producer: sent, start, event, decided, partitionOfCompany, said, look, asked, troubles, failOn: (topic: string | null) => (fail = topic === null ? null : (record) => record.topic === topic) };
}

test('a range is said when the scorer has committed what it was handed, once, and not before', async () => {
  const { producer, start, event, decided, partitionOfCompany, said, look, codec, log, asked } = await setUp();
  const { consumer } = await start();
  await producer.send([event('acme'), event('acme'), event('acme', 2)]);
  await consumer.settle();
  await look(3);
  expect(said()).toEqual([]);
  decided(partitionOfCompany('acme'));
  await look();
  expect(said().sort()).toEqual([[0, 0, 1], [2, 0, 0]]);
  const [record] = log.records(TOPICS.processingProgress.name);
  expect(codec.decode('processing-progress', record?.value as Buffer)).toEqual({ service: 'bonus-scorer', topic: EVENTS, partition: 0, from_offset: 0, to_offset: 1, processed_at: NOW, source_time: null, handed_to: [], sources: [], refused: [] });
  const before = { ...asked };
  await look(10);
  expect(said()).toHaveLength(2);
  expect(asked).toEqual(before);
});

test('any number of batches between two looks are one record, and what comes while the scorer is behind is asked for together', async () => {
  const { producer, start, event, decided, partitionOfCompany, said, look } = await setUp();
  const { consumer } = await start();
  for (let batch = 0; batch < 5; batch += 1) {
    await producer.send([event('acme')]);
    await consumer.settle();
  }
  await look();
  for (let batch = 0; batch < 3; batch += 1) {
    await producer.send([event('acme')]);
    await consumer.settle();
  }
  decided(partitionOfCompany('acme'));
  await look();
  expect(said()).toEqual([[0, 0, 4]]);
  await look();
  expect(said()).toEqual([[0, 0, 4], [0, 5, 7]]);
});

test("a company does not wait for another's partition, but a partition of events waits for all that it was handed to", async () => {
  const { producer, start, event, decided, partitionOfCompany, said, look } = await setUp();
  const other = ['globex', 'initech', 'umbrella', 'hooli'].find((name) => partitionOfCompany(name) !== partitionOfCompany('acme')) as string;
  const { consumer } = await start();
  await producer.send([event(other, 1)]);
  await consumer.settle();
  await look();
  await producer.send([event('acme', 0), event('acme', 2), event(other, 2)]);
  await consumer.settle();
  decided(partitionOfCompany('acme'));
  await look(2);
  expect(said()).toEqual([[0, 0, 0]]);
  decided(partitionOfCompany(other));
  await look();
  expect(said().sort()).toEqual([[0, 0, 0], [1, 0, 0], [2, 0, 1]]);
});

test('batches that share a record wait for where each of them went', async () => {
  const { producer, start, event, decided, partitionOfCompany, said, look } = await setUp();
  const other = ['globex', 'initech', 'umbrella', 'hooli'].find((name) => partitionOfCompany(name) !== partitionOfCompany('acme')) as string;
  const { consumer } = await start();
  for (const company of ['acme', other]) {
    await producer.send([event(company)]);
    await consumer.settle();
  }
  decided(partitionOfCompany(other));
  await look(2);
  expect(said()).toEqual([]);
  decided(partitionOfCompany('acme'));
  await look();
  expect(said()).toEqual([[0, 0, 1]]);
});

test('what is handed on while the ends are asked for is asked for next, and is not forgotten', async () => {
  const { producer, start, event, decided, partitionOfCompany, said, look, held } = await setUp();
  const { consumer } = await start();
  await producer.send([event('acme')]);
  await consumer.settle();
  let release!: () => void;
  held.until = new Promise((resolve) => (release = resolve));
  await look();
  await producer.send([event('acme')]);
  await consumer.settle();
  release();
  decided(partitionOfCompany('acme'));
  await look(2);
  expect(said()).toEqual([[0, 0, 0], [0, 1, 1]]);
});

test('a partition whose records are all gone is not waited for, though nobody ever committed there', async () => {
  const { producer, start, event, said, look, held, log } = await setUp();
  await producer.send([event('acme')]);
  log.commit('activity', { topic: EVENTS, partition: 0 }, 1);
  held.ends = [0, 1, 2].map((partition) => ({ partition, first: 9, next: 9 }));
  const { consumer } = await start();
  await consumer.settle();
  await look();
  expect(said()).toEqual([[0, 0, 0]]);
});

test('what a batch that failed had handed on is not said; worked again it is', async () => {
  const { producer, start, event, decided, partitionOfCompany, said, look, failOn, log } = await setUp();
  const { consumer } = await start();
  failOn(CHANGES);
  await producer.send([event('acme')]);
  await expect(consumer.settle()).rejects.toThrow('away');
  decided(partitionOfCompany('acme'));
  await look(2);
  expect(said()).toEqual([]);
  failOn(null);
  await consumer.settle();
  expect(log.records(CHANGES)).toHaveLength(1);
  await look();
  expect(said()).toEqual([]);
  decided(partitionOfCompany('acme'));
  await look();
  expect(said()).toEqual([[0, 0, 0]]);
});

test('while it cannot be told it is tried again, and told of once', async () => {
  const { producer, start, event, decided, partitionOfCompany, said, look, failOn, troubles } = await setUp();
  const { consumer } = await start();
  await producer.send([event('acme')]);
  await consumer.settle();
  decided(partitionOfCompany('acme'));
  failOn(TOPICS.processingProgress.name);
  await look(3);
  expect(said()).toEqual([]);
  expect(troubles).toHaveLength(1);
  failOn(null);
  await look();
  expect(said()).toEqual([[0, 0, 0]]);
});

test.each(['acme', 'globex'])('who opens a partition next says what its owner had not, without another event (%s)', async (company) => {
  const { log, producer, start, event, decided, partitionOfCompany, said, look } = await setUp();
  const first = await start();
  await producer.send([event(company), event(company)]);
  await first.consumer.settle();
  await first.consumer.close();
  await first.progress.close();
  await look();
  expect(said()).toEqual([]);

  const second = await start();
  await second.consumer.settle();
  await look(2);
  expect(said()).toEqual([]);
  decided(partitionOfCompany(company));
  await look();
  expect(said()).toEqual([[0, 0, 1]]);
  await producer.send([event(company)]);
  await second.consumer.settle();
  decided(partitionOfCompany(company));
  await look();
  expect(said()).toEqual([[0, 0, 1], [0, 2, 2]]);
  await second.progress.close();
  await log.close();
});
