import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { attemptIdOf, deliveryIdOf, TOPICS, type WebhookEndpointRecord } from '@stakewatch/contracts';
import { createAvroCodec, createRegistrySchemaIds, type LogClient, type LogProducer, type AvroCodec, openToolLog } from '@stakewatch/runtime';
import { type TestStack, testStack } from '@stakewatch/testing';
import { v5 } from 'uuid';
import { TestReceiver } from './testing/receiver';
import { anAlert, anEndpoint } from './testing/samples';

/**
 * The service itself, as a process on real Kafka, Redis and ClickHouse, killed in the middle of its work. If the stack runs a
 * dispatcher of its own, the two share the partitions: these tests look at a company and a receiver of their own.
 */
const MAIN = join(__dirname, '..', 'dist', 'main.js');
const RUN = `${process.pid}-${Date.now()}`;
const COMPANY = `it-dispatcher-${process.pid}`;
const ENDPOINT = `we_${Date.now().toString(36).padStart(16, '0')}`;
const PER_ENDPOINT = 8;

let stack: TestStack;
let log: LogClient;
let producer: LogProducer;
let codec: AvroCodec;
let receiver: TestReceiver;
let dispatcher: ChildProcess;

beforeAll(async () => {
  stack = await testStack();
  const fatal = (error: unknown): never => {
    throw error;
  };
  log = openToolLog({ clientId: 'dispatcher-test', brokers: [stack.kafka], onUnfitControlRecord: fatal });
  producer = await log.producer();
  codec = createAvroCodec(createRegistrySchemaIds(stack.schemaRegistry));
  await codec.register('alert');
  await codec.register('webhook-attempt');
  receiver = await TestReceiver.start();
  await put(anEndpoint({ id: ENDPOINT, companyId: COMPANY, url: receiver.url }));
  dispatcher = start();
});

afterAll(async () => {
  await end(dispatcher, 'SIGTERM');
  await producer.send([{ topic: TOPICS.webhookEndpoints.name, key: ENDPOINT, value: null }]);
  await receiver.stop();
  await log.close();
  await stack.close();
});

const put = (endpoint: WebhookEndpointRecord) => producer.send([{ topic: TOPICS.webhookEndpoints.name, key: endpoint.id, value: Buffer.from(JSON.stringify(endpoint)) }]);
const alertIdNo = (index: number) => v5(`${RUN}/${index}`, v5.URL);
const raise = (indexes: readonly number[]) =>
  producer.send(indexes.map((index) => ({ topic: TOPICS.alerts.name, key: alertIdNo(index), value: Buffer.from(codec.encode('alert', anAlert({ alert_id: alertIdNo(index), company_id: COMPANY, event_received_at: Date.now() * 1_000 }))) })));
const range = (from: number, count: number) => Array.from({ length: count }, (_, index) => from + index);

function start(): ChildProcess {
  const { url, user, password, database } = stack.clickhouse;
  return spawn(process.execPath, [MAIN], {
    env: {
      ...process.env,
      STAKEWATCH_KAFKA_BROKERS: stack.kafka,
      STAKEWATCH_SCHEMA_REGISTRY_URL: stack.schemaRegistry,
      STAKEWATCH_REDIS_URL: stack.redis,
      STAKEWATCH_CLICKHOUSE_URL: url,
      STAKEWATCH_CLICKHOUSE_USER: user,
      STAKEWATCH_CLICKHOUSE_PASSWORD: password,
      STAKEWATCH_CLICKHOUSE_DATABASE: database,
      STAKEWATCH_HTTP_PORT: '0',
      STAKEWATCH_LOG_LEVEL: 'warn',
      STAKEWATCH_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1/32',
      STAKEWATCH_WEBHOOK_TIMEOUT_MS: '1000',
      STAKEWATCH_WEBHOOK_SOCKETS_PER_ENDPOINT: String(PER_ENDPOINT),
    },
    stdio: 'ignore',
  });
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const gone = once(child, 'exit');
  child.kill(signal);
  return ((await gone) as [number | null])[0];
}

test('an alert is at the endpoint soon after it is in the log', async () => {
  await raise([0]);
  await receiver.has(1);
  const latencies: number[] = [];
  for (let index = 1; index <= 30; index += 1) {
    const raisedAt = Date.now();
    await raise([index]);
    await receiver.has(index + 1);
    latencies.push(Date.now() - raisedAt);
  }
  latencies.sort((a, b) => a - b);
  expect(latencies[15]).toBeLessThan(100);
});

test('killed in the middle, any number of times: every alert arrives, and only what was being sent comes twice', async () => {
  const kills = 3;
  const count = 600;
  const before = receiver.received.length;
  receiver.answer = (response) => void setTimeout(() => response.writeHead(204).end(), 20);
  const wanted = new Set(range(1_000, count).map((index) => deliveryIdOf(alertIdNo(index), 1, ENDPOINT)));
  for (let kill = 0; kill < kills; kill += 1) {
    await raise(range(1_000 + kill * 200, 200));
    await receiver.has(before + kill * 150 + 60);
    await end(dispatcher, 'SIGKILL');
    dispatcher = start();
  }
  await receiver.holds(() => [...wanted].every((id) => receiver.ids.has(id)));
  expect(receiver.received.length - before - count).toBeLessThanOrEqual(kills * PER_ENDPOINT * 5);
});

test('told to end it finishes what it sends, marks it, and exits 0; nothing comes twice', async () => {
  const wanted = range(5_000, 100).map((index) => deliveryIdOf(alertIdNo(index), 1, ENDPOINT));
  // Repeats that the kills before have left may still come in.
  const own = () => receiver.received.map(({ headers }) => String(headers['webhook-id'])).filter((id) => wanted.includes(id));
  receiver.answer = (response) => void setTimeout(() => response.writeHead(204).end(), 100);
  await raise(range(5_000, 100));
  await receiver.holds(() => own().length >= 5);
  expect(await end(dispatcher, 'SIGTERM')).toBe(0);
  dispatcher = start();
  await receiver.holds(() => new Set(own()).size === 100);
  expect(own()).toHaveLength(100);
});

test('the delivery log has each attempt once by its id', async () => {
  const deliveryId = deliveryIdOf(alertIdNo(5_000), 1, ENDPOINT);
  const attemptId = attemptIdOf(deliveryId, 'schedule', 1);
  const admin = await log.admin();
  const found: string[] = [];
  for (const { partition, first, next } of await admin.offsets(TOPICS.webhookAttempts.name)) {
    if (next > first) found.push(...(await readAll(partition, next)).filter((id) => id === attemptId));
  }
  expect(found).toEqual([attemptId]);
});

/** attempt_id of every record of one partition of the delivery log. */
async function readAll(partition: number, next: number): Promise<string[]> {
  const ids: string[] = [];
  let done: () => void = () => undefined;
  const whole = new Promise<void>((resolve) => (done = resolve));
  const consumer = await log.consume({
    group: `dispatcher-test-${RUN}-${partition}`,
    inputs: [
      {
        topic: TOPICS.webhookAttempts.name,
        handler: (at) => ({
          open: async () => 0,
          async process({ records }) {
            if (at.partition !== partition) return;
            await codec.learn(records.map(({ value }) => value));
            for (const { offset, value } of records) {
              ids.push(codec.decode('webhook-attempt', value as Buffer).attempt_id);
              if (offset + 1 >= next) done();
            }
          },
          close: async () => undefined,
        }),
      },
    ],
  });
  await whole;
  await consumer.close();
  return ids;
}
