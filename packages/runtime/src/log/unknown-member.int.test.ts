import { randomUUID } from 'node:crypto';
import { testStack, type TestStack } from '@stakewatch/testing';
import { type Consumer, type ConsumerConfig, Kafka, KafkaJSProtocolError, logLevel } from 'kafkajs';
import { WHILE_CALLERS_WAIT } from '../request/while-callers-wait';
import type { ConsumerHooks } from './client';
import { createKafkajsAdmin } from './kafkajs-admin';
import { createKafkajsConsumer } from './kafkajs-consumer';
import { passRecordBatchesOn } from './kafkajs-fetch';
import type { LogConsumer } from './port';

/** kafkajs' own wrapping: what it does not repeat comes as the cause of an error without a type. */
const createRetry = require('kafkajs/src/retry') as (options: { retries: number }) => <T>(work: () => Promise<T>) => Promise<T>;

let stack: TestStack;
const opened: { close(): Promise<void> }[] = [];
beforeAll(async () => void (stack = await testStack()));
afterAll(async () => {
  for (const one of opened.reverse()) await one.close();
  await stack.close();
});

/** A consumer that its group does not know from the first commit on until it joins again: as after a join that failed halfway. */
function expelledOnce(kafka: Kafka, joined: () => void): Kafka {
  const consumer = (config: ConsumerConfig): Consumer => {
    const made = kafka.consumer(config);
    const commit = made.commitOffsets.bind(made);
    let joins = 0;
    made.on(made.events.GROUP_JOIN, () => {
      joins += 1;
      joined();
    });
    const unknown = new KafkaJSProtocolError(Object.assign(new Error('The coordinator is not aware of this member'), { type: 'UNKNOWN_MEMBER_ID', code: 25, retriable: false }));
    made.commitOffsets = (offsets) => (joins > 1 ? commit(offsets) : createRetry({ retries: 3 })(() => Promise.reject(unknown)));
    return made;
  };
  return { consumer } as Kafka;
}

// Each waits until Kafka gives up the member that it was: all at the same time.
test.concurrent.each([{ way: 'one batch after the other' }, { way: 'read ahead', readAhead: WHILE_CALLERS_WAIT.readAhead }, { way: 'commits at intervals', commitIntervalMs: 20 }])(
  'a member that its group does not know, as only its commits tell, joins again and goes on ($way)',
  async ({ way: _, ...way }) => {
    passRecordBatchesOn();
    const kafka = new Kafka({ clientId: 'test', brokers: [stack.kafka], logLevel: logLevel.NOTHING });
    const topic = `test.${randomUUID()}`;
    const topics = kafka.admin();
    await topics.connect();
    opened.push({ close: () => topics.disconnect() });
    await topics.createTopics({ topics: [{ topic, numPartitions: 1 }], waitForLeaders: true });
    const producer = kafka.producer();
    await producer.connect();
    opened.push({ close: () => producer.disconnect() });
    const admin = await createKafkajsAdmin(kafka);
    opened.push(admin);

    const seen = new Set<number>();
    let joins = 0;
    const nothing = () => undefined;
    const hooks: ConsumerHooks = { onOwned: nothing, onReleased: nothing, onBatchDone: nothing, onRetry: nothing, onStale: nothing, onLag: nothing, onFatal: (error) => { throw error; } };
    const handler = () => ({ open: async () => null, process: async ({ records }: { records: readonly { offset: number }[] }) => records.forEach(({ offset }) => seen.add(offset)), close: async () => undefined });
    const consumer: LogConsumer = await createKafkajsConsumer(expelledOnce(kafka, () => (joins += 1)), admin, { ...way, sessionTimeoutMs: 6_000, group: topic, inputs: [{ topic, handler }] }, hooks);
    opened.push(consumer);

    let sent = 0;
    const committed = async () => (await admin.committed(topic, topic))[0]?.offset ?? 0;
    // Traffic goes on: where commits are not waited for, it is the next batch that tells kafkajs.
    while (joins < 2) {
      await producer.send({ topic, messages: [{ value: String(sent) }] });
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    while ((await committed()) < sent) await new Promise((resolve) => setTimeout(resolve, 50));
    expect([...seen].sort((a, b) => a - b)).toEqual(Array.from({ length: sent }, (_value, offset) => offset));
    expect(joins).toBe(2);
  },
);
