import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { testStack, type TestStack } from '@stakewatch/testing';
import { type Consumer, type IHeaders, Kafka, logLevel } from 'kafkajs';
import { createPlatformaticProducer, type IngestProducer } from './platformatic-producer';
import { partitionOf } from './murmur2';
import { LogUnavailable } from './port';

interface Read {
  readonly partition: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: Record<string, string>;
  readonly timestamp: number;
}

let stack: TestStack;
let kafka: Kafka;
let producer: IngestProducer;
const consumers: Consumer[] = [];

beforeAll(async () => {
  stack = await testStack();
  kafka = new Kafka({ clientId: 'test', brokers: [stack.kafka], logLevel: logLevel.NOTHING });
  producer = await createPlatformaticProducer({ clientId: 'test', brokers: [stack.kafka] });
});
afterAll(async () => {
  await producer.close();
  for (const consumer of consumers) await consumer.disconnect();
  await stack.close();
});

async function topicOf(partitions: number): Promise<string> {
  const topic = `test.${randomUUID()}`;
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
  await admin.disconnect();
  return topic;
}

/** Reads with kafkajs, which checks each batch's checksum, until `count` records have come. */
async function read(topic: string, count: number): Promise<Read[]> {
  const consumer = kafka.consumer({ groupId: randomUUID() });
  consumers.push(consumer);
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  const found: Read[] = [];
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ partition, message }) => {
        found.push({ partition, key: message.key?.toString() ?? null, value: message.value?.toString() ?? null, headers: texts(message.headers), timestamp: Number(message.timestamp) });
        if (found.length === count) resolve();
      },
    });
  });
  return found;
}

const texts = (headers: IHeaders | undefined): Record<string, string> => Object.fromEntries(Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)]));

test('what is sent is what another client reads: keys, values, nulls, headers, timestamps', async () => {
  const topic = await topicOf(3);
  await producer.send([
    { topic, partition: 1, key: 'a', value: Buffer.from('one'), headers: { origin: 'tést', empty: '' }, timestamp: 1_700_000_000_000 },
    { topic, partition: 1, key: Buffer.from('b'), value: null, timestamp: 1_600_000_000_000 },
    { topic, partition: 1, key: null, value: Buffer.alloc(0), timestamp: 1_700_000_000_500 },
    { topic, key: 'keyed by Kafka’s rule', value: Buffer.from('two') },
  ]);
  const found = await read(topic, 4);
  expect(found.filter(({ partition, key }) => partition === 1 && key !== 'keyed by Kafka’s rule')).toEqual([
    { partition: 1, key: 'a', value: 'one', headers: { origin: 'tést', empty: '' }, timestamp: 1_700_000_000_000 },
    { partition: 1, key: 'b', value: null, headers: {}, timestamp: 1_600_000_000_000 },
    { partition: 1, key: null, value: '', headers: {}, timestamp: 1_700_000_000_500 },
  ]);
  expect(found.find(({ value }) => value === 'two')?.partition).toBe(partitionOf(Buffer.from('keyed by Kafka’s rule'), 3));
});

test('many sends at once, and more than a batch holds, all arrive once and in order by partition', async () => {
  const topic = await topicOf(2);
  const sends = Array.from({ length: 40 }, (_, send) =>
    producer.send(Array.from({ length: 250 }, (_, index) => ({ topic, partition: index % 2, key: 'k', value: Buffer.from(`${send * 250 + index}`.padEnd(300, '.')) }))),
  );
  await Promise.all(sends);
  const found = await read(topic, 10_000);
  for (const partition of [0, 1]) {
    const numbers = found.filter((record) => record.partition === partition).map(({ value }) => Number.parseInt(value ?? '', 10));
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    expect(new Set(numbers).size).toBe(5_000);
  }
});

test('a record larger than the broker takes fails, and what is sent beside it does not', async () => {
  const topic = await topicOf(2);
  const large = producer.send([{ topic, partition: 0, key: 'k', value: Buffer.alloc(2_000_000) }]);
  const small = producer.send([{ topic, partition: 1, key: 'k', value: Buffer.from('small') }]);
  await expect(large).rejects.toThrow(/error code 10/);
  await small;
});

test('one record is told by callback: acknowledged and kept, refused, or too late for a closed producer', async () => {
  const topic = await topicOf(2);
  const told = (of: IngestProducer, value: Buffer) => new Promise<Error | null>((done) => of.append({ topic, key: 'k', value }, done));
  const values = Array.from({ length: 50 }, (_, index) => `value ${index}`);
  expect(await Promise.all(values.map((value) => told(producer, Buffer.from(value))))).toEqual(values.map(() => null));
  expect((await read(topic, values.length)).map(({ value }) => value)).toEqual(values);
  expect((await told(producer, Buffer.alloc(2_000_000)))?.message).toMatch(/error code 10/);
  const closed = await createPlatformaticProducer({ clientId: 'test', brokers: [stack.kafka] });
  await closed.close();
  expect(await told(closed, Buffer.from('late'))).toBeInstanceOf(LogUnavailable);
});

test('a topic that does not exist is not acknowledged', async () => {
  const impatient = await createPlatformaticProducer({ clientId: 'test', brokers: [stack.kafka], deliveryTimeoutMs: 500 });
  await expect(impatient.send([{ topic: `none.${randomUUID()}`, key: 'k', value: Buffer.from('x') }])).rejects.toThrow(LogUnavailable);
  await impatient.close();
});

test.each(['refuses', 'accepts and never answers'])('a broker that %s: LogUnavailable in bounded time, and the probe fails', async (how) => {
  const server = createServer(() => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  if (how === 'refuses') await new Promise((resolve) => server.close(resolve));
  const alone = await createPlatformaticProducer({ clientId: 'test', brokers: [`127.0.0.1:${port}`], deliveryTimeoutMs: 1_000 });
  const start = performance.now();
  await expect(alone.send([{ topic: 't', key: 'k', value: Buffer.from('x') }])).rejects.toThrow(LogUnavailable);
  expect(performance.now() - start).toBeLessThan(6_000);
  await expect(alone.probe('t')).rejects.toThrow();
  await alone.close();
  if (how !== 'refuses') server.close();
});
