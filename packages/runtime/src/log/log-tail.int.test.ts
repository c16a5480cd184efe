import { randomUUID } from 'node:crypto';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { testStack, type TestStack } from '@stakewatch/testing';
import { Kafka, logLevel } from 'kafkajs';
import { addressOf, BrokerConnections } from './broker-connections';
import { createKafkajsAdmin } from './kafkajs-admin';
import { openTail } from './log-tail';
import { createPlatformaticProducer, type IngestProducer } from './platformatic-producer';
import type { LogAdmin, LogRecord } from './port';

let stack: TestStack;
let kafka: Kafka;
let admin: LogAdmin;
let producer: IngestProducer;

beforeAll(async () => {
  stack = await testStack();
  kafka = new Kafka({ clientId: 'test', brokers: [stack.kafka], logLevel: logLevel.NOTHING });
  admin = await createKafkajsAdmin(kafka);
  producer = await createPlatformaticProducer({ clientId: 'test', brokers: [stack.kafka] });
});
afterAll(async () => {
  await producer.close();
  await admin.close();
  await stack.close();
});

async function topicOf(partitions: number): Promise<string> {
  const topic = `test.${randomUUID()}`;
  const made = kafka.admin();
  await made.connect();
  await made.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true });
  await made.disconnect();
  return topic;
}

const fail = (error: unknown): never => {
  throw error;
};

/** Collects records; `until(n)` resolves at n of them. */
function collector() {
  const seen: LogRecord[] = [];
  let check: () => void = () => undefined;
  return {
    seen,
    onRecord: (record: LogRecord) => {
      seen.push(record);
      check();
    },
    until: (count: number) =>
      new Promise<void>((resolve) => {
        check = () => seen.length >= count && resolve();
        check();
      }),
  };
}

const numbered = (topic: string, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ topic, partition: 1, key: `k${from + index}`, value: Buffer.from(String(from + index)), headers: { n: `é${from + index}` } }));
const valuesOf = (seen: readonly LogRecord[]) => seen.map(({ value }) => Number(value));

test('one partition is followed from its end: key, value, headers, offset, time', async () => {
  const topic = await topicOf(2);
  await producer.send(numbered(topic, 0, 3));
  const { seen, onRecord, until } = collector();
  const tail = await openTail(new BrokerConnections('tail', [addressOf(stack.kafka)]), admin, { topic, partition: 1, onRecord }, fail);
  await producer.send([{ topic, partition: 0, key: 'other', value: Buffer.from('x') }, ...numbered(topic, 3, 2)]);
  await until(2);
  await tail.close();
  expect(seen.map(({ offset, key, value, headers, partition }) => [offset, String(key), String(value), headers, partition])).toEqual([
    [3, 'k3', '3', { n: 'é3' }, 1],
    [4, 'k4', '4', { n: 'é4' }, 1],
  ]);
  expect(Math.abs((seen[0]?.timestamp ?? 0) - Date.now())).toBeLessThan(60_000);
});

/** A broker's door that can be shut: connections through it break, and none is let in until it is opened. */
async function doorTo(broker: string) {
  const sockets = new Set<Socket>();
  let open = true;
  const { host, port } = addressOf(broker);
  const server = createServer((inner) => {
    if (!open) return inner.destroy();
    const outer = connect(port, host);
    for (const [socket, other] of [[inner, outer], [outer, inner]] as const) {
      sockets.add(socket);
      socket.on('error', () => undefined).on('close', () => other.destroy());
      socket.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    address: { host: '127.0.0.1', port: (server.address() as AddressInfo).port },
    shut() {
      open = false;
      for (const socket of sockets) socket.destroy();
    },
    reopen: () => void (open = true),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}

test('what was published while the connection was down is seen afterwards, once and in order', async () => {
  const topic = await topicOf(2);
  const door = await doorTo(stack.kafka);
  const { seen, onRecord, until } = collector();
  // Every connection of this one goes through the door, whatever address the broker gives.
  class ThroughTheDoor extends BrokerConnections {
    override to() {
      return this.connectTo(door.address);
    }
  }
  const tail = await openTail(new ThroughTheDoor('tail', [door.address]), admin, { topic, partition: 1, onRecord }, fail);
  await producer.send(numbered(topic, 0, 2));
  await until(2);
  door.shut();
  await producer.send(numbered(topic, 2, 50));
  expect(seen).toHaveLength(2);
  door.reopen();
  await until(52);
  await tail.close();
  await door.close();
  expect(valuesOf(seen)).toEqual(Array.from({ length: 52 }, (_, index) => index));
});

test('records that are gone are passed over', async () => {
  const topic = await topicOf(2);
  await producer.send(numbered(topic, 0, 5));
  const { seen, onRecord, until } = collector();
  let asked = 0;
  // As if the topic had been cut between the question for its end and the first fetch.
  const stale: LogAdmin = {
    ...admin,
    async offsets(of) {
      const found = asked === 0 ? [{ partition: 1, first: 0, next: 100 }] : await admin.offsets(of);
      asked += 1;
      return found;
    },
  };
  const tail = await openTail(new BrokerConnections('tail', [addressOf(stack.kafka)]), stale, { topic, partition: 1, onRecord }, fail);
  await new Promise<void>((resolve) => {
    const poll = setInterval(() => asked > 1 && resolve(clearInterval(poll)), 5);
  });
  await producer.send(numbered(topic, 5, 1));
  await until(1);
  await tail.close();
  expect(valuesOf(seen)).toEqual([5]);
});
