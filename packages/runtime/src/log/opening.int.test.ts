import { randomUUID } from 'node:crypto';
import { testStack, type TestStack } from '@stakewatch/testing';
import { Kafka, logLevel } from 'kafkajs';
import { createLogger } from '../service/logger';
import type { ConsumerHooks, LogClient } from './client';
import { createKafkaClient } from './kafka-client';
import { Retriable } from './port';

let stack: TestStack;
let log: LogClient | undefined;
beforeAll(async () => void (stack = await testStack()));
afterAll(async () => {
  await log?.close();
  await stack.close();
});

test('a partition that cannot be opened yet is told of, and opened when it can be', async () => {
  const topic = `test.${randomUUID()}`;
  const topics = new Kafka({ clientId: 'test', brokers: [stack.kafka], logLevel: logLevel.NOTHING }).admin();
  await topics.connect();
  await topics.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
  await topics.disconnect();
  const told: unknown[] = [];
  const nothing = () => undefined;
  let owned: () => void = nothing;
  const opened = new Promise<void>((resolve) => (owned = resolve));
  const hooks: ConsumerHooks = { onOwned: () => owned(), onReleased: nothing, onBatchDone: nothing, onLag: nothing, onStale: nothing, onRetry: (at, { message }, attempt) => told.push([at, message, attempt]), onFatal: (error) => { throw error; } };
  log = createKafkaClient({ clientId: 'test', brokers: [stack.kafka], logger: createLogger('test', 'silent'), hooks, onUnfitControlRecord: nothing });
  let failures = 1;
  const open = async () => {
    if (failures-- > 0) throw new Retriable('Redis is away');
    return null;
  };
  await log.consume({ group: topic, inputs: [{ topic, handler: () => ({ open, process: async () => undefined, close: async () => undefined }) }], openOnAssignment: true });
  await opened;
  expect(told).toEqual([[{ topic, partition: 0 }, 'Redis is away', 1]]);
});
