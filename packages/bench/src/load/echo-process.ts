import { randomBytes, randomUUID } from 'node:crypto';
// The limit is measured with the client as it comes, without the log port.
// eslint-disable-next-line no-restricted-imports
import { type Consumer, Kafka, logLevel, type Producer } from 'kafkajs';
import { type OpenLoad, openLoop } from './open-loop';

/**
 * A bare Kafka echo, a process of its own (arguments: broker, role). Latency is that of Kafka and kafkajs alone: no HTTP, no schema, no state.
 *   echo       produces to one topic (acks=all) and consumes the same record back from it, kafkajs as it comes: commits after each batch
 *   lean-echo  the same without commits: the least that a consumer can do
 *   caller     produces to one topic and waits for the record on a second one
 *   responder  consumes from the first topic and produces each record to the second
 * Loads come as messages of the parent, results go back as messages.
 */
export const ECHO_TOPICS = { echo: 'bench.echo', leanEcho: 'bench.echo.lean', requests: 'bench.echo.requests', replies: 'bench.echo.replies' } as const;
export type EchoRole = 'echo' | 'lean-echo' | 'caller' | 'responder';

const ROUTES = {
  echo: [ECHO_TOPICS.echo, ECHO_TOPICS.echo],
  'lean-echo': [ECHO_TOPICS.leanEcho, ECHO_TOPICS.leanEcho],
  caller: [ECHO_TOPICS.requests, ECHO_TOPICS.replies],
} as const;

/** About what a command weighs. */
const VALUE_BYTES = 400;
const FIRST_ECHO_MS = 500;

async function main(broker: string, role: EchoRole): Promise<void> {
  const kafka = new Kafka({ clientId: `bench-${role}`, brokers: [broker], logLevel: logLevel.ERROR });
  const producer = kafka.producer();
  await producer.connect();
  // Its own group each time.
  const consumer = kafka.consumer({ groupId: `bench-${role}-${randomUUID()}` });
  await consumer.connect();
  if (role === 'responder') await respond(consumer, producer);
  else await call(consumer, producer, role);
}

async function respond(consumer: Consumer, producer: Producer): Promise<void> {
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.subscribe({ topic: ECHO_TOPICS.requests });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      await producer.send({ topic: ECHO_TOPICS.replies, acks: -1, messages: batch.messages.map(({ key, value }) => ({ key, value })) });
    },
  });
  await joined;
  process.send?.('ready');
}

async function call(consumer: Consumer, producer: Producer, role: keyof typeof ROUTES): Promise<void> {
  const [to, from] = ROUTES[role];
  const waiting = new Map<string, () => void>();
  const joined = new Promise<void>((resolve) => consumer.on(consumer.events.GROUP_JOIN, () => resolve()));
  await consumer.subscribe({ topic: from });
  await consumer.run({
    autoCommit: role === 'echo',
    eachBatch: async ({ batch }) => {
      for (const { key } of batch.messages) {
        const id = key?.toString('latin1') ?? '';
        waiting.get(id)?.();
        waiting.delete(id);
      }
    },
  });
  await joined;
  const value = randomBytes(VALUE_BYTES);
  let last = 0;
  const once = async (): Promise<void> => {
    const id = String((last += 1));
    const back = new Promise<void>((resolve) => waiting.set(id, resolve));
    await Promise.all([producer.send({ topic: to, acks: -1, messages: [{ key: id, value }] }), back]);
  };
  // Where the consumer begins is found with its first fetch; what is sent before then does not come back.
  while (!(await Promise.race([once().then(() => true), new Promise<boolean>((resolve) => setTimeout(resolve, FIRST_ECHO_MS, false))])));
  process.on('message', (load: OpenLoad) => void openLoop(load, once).then((result) => process.send?.(result)));
  process.send?.('ready');
}

if (require.main === module) {
  void main(process.argv[2] as string, process.argv[3] as EchoRole).catch((error: unknown) => {
    process.stderr.write(`echo: ${String(error)}\n`);
    process.exit(1);
  });
}
