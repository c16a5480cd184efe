import { randomUUID } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import { testStack, type TestStack, until } from '@stakewatch/testing';
import { Kafka, logLevel } from 'kafkajs';
import { createLogger } from '../service/logger';
import { createRequestClient } from '../request/request-client';
import { replyTo } from '../request/reply';
import { WHILE_CALLERS_WAIT } from '../request/while-callers-wait';
import type { ConsumerHooks, LogClient } from './client';
import { createKafkaClient } from './kafka-client';
import { type HandlerFactory, type LogRecord, Retriable, Rewound, StaleOwner } from './port';

let stack: TestStack;
let kafka: Kafka;
const clients: LogClient[] = [];

const hooks: ConsumerHooks = {
  onOwned: () => undefined,
  onReleased: () => undefined,
  onBatchDone: () => undefined,
  onLag: () => undefined,
  onRetry: () => undefined,
  onStale: () => undefined,
  onFatal(error) {
    throw error;
  },
};

function client(): LogClient {
  const made = createKafkaClient({ clientId: 'test', brokers: [stack.kafka], logger: createLogger('test', 'silent'), hooks, onUnfitControlRecord: () => undefined });
  clients.push(made);
  return made;
}

async function topicOf(partitions: number): Promise<string> {
  const topic = `test.${randomUUID()}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
  await admin.disconnect();
  return topic;
}

/** Collects what is worked; `until(n)` resolves at n records. */
function collector() {
  const seen: LogRecord[] = [];
  let check: () => void = () => undefined;
  return {
    seen,
    add(records: readonly LogRecord[]) {
      seen.push(...records);
      check();
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        check = () => seen.length >= count && resolve();
        check();
      }),
  };
}

const handler = (process: (records: readonly LogRecord[]) => void | Promise<void>, start: number | null = null): HandlerFactory => () => ({
  open: async () => start,
  process: async ({ records }) => process(records),
  close: async () => undefined,
});

beforeAll(async () => {
  stack = await testStack();
  kafka = new Kafka({ clientId: 'test-admin', brokers: [stack.kafka], logLevel: logLevel.NOTHING });
});
afterEach(async () => {
  for (const opened of clients.splice(0)) await opened.close();
});
afterAll(() => stack.close());

const records = (topic: string, count: number, from = 0) => Array.from({ length: count }, (_, index) => ({ topic, key: `k${(from + index) % 10}`, value: Buffer.from(String(from + index)), headers: { n: String(index) } }));

test('what was acknowledged is consumed, in order by key, with key, value and headers', async () => {
  const topic = await topicOf(3);
  const log = client();
  const producer = await log.producer();
  await producer.send(records(topic, 1000));
  const all = collector();
  await log.consume({ group: topic, inputs: [{ topic, handler: handler(all.add) }] });
  await all.until(1000);
  expect(all.seen).toHaveLength(1000);
  const ofKey = all.seen.filter(({ key }) => key?.toString() === 'k3').map(({ value }) => Number(value));
  expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
  expect(all.seen.find(({ value }) => value?.toString() === '7')?.headers).toEqual({ n: '7' });
});

const waysToRead = [{}, { readAhead: WHILE_CALLERS_WAIT.readAhead }];

test.each(waysToRead)('a batch that meets a dependency that is down is worked again until it succeeds, and then once (read ahead: $readAhead.batchRecords)', async (way) => {
  const topic = await topicOf(1);
  const log = client();
  await (await log.producer()).send(records(topic, 10));
  const all = collector();
  let failures = 2;
  await log.consume({
    ...way,
    group: topic,
    inputs: [
      {
        topic,
        handler: handler((batch) => {
          if ((failures -= 1) >= 0) throw new Retriable('down');
          all.add(batch);
        }),
      },
    ],
  });
  await all.until(10);
  expect(all.seen.map(({ offset }) => offset)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('partitions are let go together: what one of them waits for, all wait for at the same time', async () => {
  const topic = await topicOf(3);
  const log = client();
  await (await log.producer()).send([0, 1, 2].map((partition) => ({ topic, partition, key: null, value: Buffer.from('x') })));
  const all = collector();
  const told: string[] = [];
  const consumer = await log.consume({
    group: topic,
    inputs: [
      {
        topic,
        handler: () => ({
          open: async () => null,
          process: async ({ records }) => all.add(records),
          async close() {
            told.push('begins');
            await new Promise(setImmediate);
            told.push('ends');
          },
        }),
      },
    ],
  });
  await all.until(3);
  await consumer.close();
  expect(told).toEqual(['begins', 'begins', 'begins', 'ends', 'ends', 'ends']);
});

test.each(waysToRead)('what an owner before had saved and not committed is committed without a new record (read ahead: $readAhead.batchRecords)', async (way) => {
  const topic = await topicOf(1);
  const log = client();
  await (await log.producer()).send(records(topic, 10));
  const factory: HandlerFactory = () => ({ open: async () => 10, process: async () => undefined, settle: async () => undefined, close: async () => undefined });
  await log.consume({ ...way, group: topic, inputs: [{ topic, handler: factory }] });
  const admin = await log.admin();
  let committed: number | null = null;
  while (committed === null) committed = (await admin.committed(topic, topic))[0]?.offset ?? null;
  expect(committed).toBe(10);
});

test.each(waysToRead)("a stale owner's partition is opened anew from where its state is (read ahead: $readAhead.batchRecords)", async (way) => {
  const topic = await topicOf(1);
  const log = client();
  await (await log.producer()).send(records(topic, 10));
  const all = collector();
  let opened = 0;
  let stale = true;
  const factory: HandlerFactory = () => ({
    open: async () => ((opened += 1) === 1 ? null : 4),
    process: async ({ records: batch }) => {
      if (stale) {
        stale = false;
        throw new StaleOwner('replaced');
      }
      all.add(batch);
    },
    close: async () => undefined,
  });
  await log.consume({ ...way, group: topic, inputs: [{ topic, handler: factory }] });
  await all.until(6);
  expect(opened).toBe(2);
  expect(all.seen.map(({ offset }) => offset)).toEqual([4, 5, 6, 7, 8, 9]);
});

/** Holds each batch until it is told to settle; its state is the list. */
function holding(fails: () => Error | null) {
  const worked: number[] = [];
  let unsaved: number[] = [];
  let opened = 0;
  const factory: HandlerFactory = () => {
    opened += 1;
    unsaved = [];
    return {
      open: async () => (worked.length === 0 ? null : (worked.at(-1) as number) + 1),
      async process({ records: batch }) {
        unsaved.push(...batch.map(({ offset }) => offset));
        return 'held';
      },
      async settle() {
        const error = fails();
        if (error) {
          const [from] = unsaved;
          unsaved = [];
          throw error instanceof Retriable ? new Rewound(from as number, error) : error;
        }
        worked.push(...unsaved.splice(0));
      },
      close: async () => undefined,
    };
  };
  return { worked, factory, opened: () => opened, held: () => unsaved.length };
}

test('closing settles and commits what is held', async () => {
  const topic = await topicOf(1);
  const log = client();
  const admin = await log.admin();
  await (await log.producer()).send(records(topic, 10));
  const { worked, factory, held } = holding(() => null);
  const consumer = await log.consume({ readAhead: { ...WHILE_CALLERS_WAIT.readAhead, idleMs: 600_000 }, group: topic, inputs: [{ topic, handler: factory }] });
  await until(async () => held(), (count) => count === 10);
  await consumer.close();
  expect([worked.length, (await admin.committed(topic, topic))[0]?.offset]).toEqual([10, 10]);
});

test.each([
  ['nothing in its way', null],
  ['a dependency that is down', new Retriable('down')],
  ['another owner meanwhile', new StaleOwner('replaced')],
])('what is held is settled and committed once nothing more comes, with %s', async (_name, failure) => {
  const topic = await topicOf(1);
  const log = client();
  const admin = await log.admin();
  const producer = await log.producer();
  await producer.send(records(topic, 10));
  let failures = 1;
  const { worked, factory, opened } = holding(() => ((failures -= 1) >= 0 ? failure : null));
  await log.consume({ readAhead: { ...WHILE_CALLERS_WAIT.readAhead, idleMs: 20 }, group: topic, inputs: [{ topic, handler: factory }] });
  const committed = async () => (await admin.committed(topic, topic))[0]?.offset;
  await until(committed, (offset) => offset === 10);
  expect(worked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  await producer.send(records(topic, 5));
  await until(committed, (offset) => offset === 15);
  expect(worked).toEqual(Array.from({ length: 15 }, (_none, offset) => offset));
  expect(opened()).toBe(failure instanceof StaleOwner ? 2 : 1);
});

test('with a commit interval nothing waits for commits, and closing commits what is pending', async () => {
  const topic = await topicOf(3);
  const log = client();
  const admin = await log.admin();
  const all = collector();
  await (await log.producer()).send(records(topic, 30));
  // Longer than the test may take: what is committed was committed by closing.
  const consumer = await log.consume({ group: topic, commitIntervalMs: 600_000, inputs: [{ topic, handler: handler(all.add, 0) }] });
  await all.until(30);
  expect((await admin.committed(topic, topic)).map(({ offset }) => offset)).toEqual([null, null, null]);
  await consumer.close();
  const ends = [...(await admin.offsets(topic))].sort((a, b) => a.partition - b.partition).map(({ next }) => next);
  expect([...(await admin.committed(topic, topic))].sort((a, b) => a.partition - b.partition).map(({ offset }) => offset)).toEqual(ends);
});

test.each(waysToRead)('a second member takes partitions over, and the group misses and repeats nothing that was committed (read ahead: $readAhead.batchRecords)', async (way) => {
  const topic = await topicOf(4);
  const first = client();
  const second = client();
  const producer = await first.producer();
  const all = collector();
  await producer.send(records(topic, 200));
  await first.consume({ ...way, group: topic, inputs: [{ topic, handler: handler(all.add) }] });
  await all.until(200);
  const taken = collector();
  const joined = new Promise<void>((resolve) => {
    const factory: HandlerFactory = (at) => ({ ...handler(taken.add)(at), open: async () => (resolve(), null) });
    void second.consume({ ...way, group: topic, inputs: [{ topic, handler: factory }], openOnAssignment: true });
  });
  await joined;
  await producer.send(records(topic, 200, 200));
  await new Promise<void>((resolve) => {
    const timer = setInterval(() => {
      if (all.seen.length + taken.seen.length >= 400) resolve(clearInterval(timer));
    }, 20);
  });
  const values = [...all.seen, ...taken.seen].map(({ value }) => Number(value)).sort((a, b) => a - b);
  expect(values).toEqual(Array.from({ length: 400 }, (_, index) => index));
  expect(taken.seen.length).toBeGreaterThan(0);
});

test('a control table holds the newest record of each key and follows changes', async () => {
  const log = client();
  const producer = await log.producer();
  const admin = await log.admin();
  await admin.ensureTopics(3, 1);
  const code = `TEST_${randomUUID().slice(0, 8).toUpperCase()}`;
  const put = (name: string | null) => producer.send([{ topic: 'control.lookups.v1', key: `operator|${code}`, value: name === null ? null : Buffer.from(JSON.stringify({ name })) }]);
  await put('first');
  const table = await log.table('lookups', Type.Object({ name: Type.String() }));
  expect(table.get(`operator|${code}`)).toEqual({ name: 'first' });
  const changed = new Promise<unknown>((resolve) => table.onChange((key, value) => key === `operator|${code}` && resolve(value)));
  await put('second');
  expect(await changed).toEqual({ name: 'second' });
  const removed = new Promise<unknown>((resolve) => table.onChange((key, value) => key === `operator|${code}` && resolve(value)));
  await put(null);
  expect(await removed).toBeNull();
  expect(table.get(`operator|${code}`)).toBeUndefined();
});

test('a request is answered to the instance that waits', async () => {
  const log = client();
  const producer = await log.producer();
  await (await log.admin()).ensureTopics(3, 1);
  const topic = await topicOf(1);
  const answer: HandlerFactory = handler(async (batch) => {
    for (const { headers, value } of batch) await producer.send(replyTo(headers, { kind: 'decided', body: value?.toString() }));
  });
  await log.consume({ group: topic, inputs: [{ topic, handler: answer }] });
  const quiet = { onReply: () => undefined, onTimeout: () => undefined };
  const [one, two] = [await createRequestClient(log, producer, 10, quiet), await createRequestClient(client(), producer, 10, quiet)];
  const ask = (text: string) => ({ topic, key: 'k', value: Buffer.from(text), timeoutMs: 20_000 });
  const answers = await Promise.all([one?.decide(ask('a')), two?.decide(ask('b')), one?.decide(ask('c'))]);
  expect(answers.map((reply) => reply?.body)).toEqual(['a', 'b', 'c']);
});
