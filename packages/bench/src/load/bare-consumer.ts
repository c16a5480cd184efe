import { randomUUID } from 'node:crypto';
// The limit is measured with the client as it comes, without the log port.
// eslint-disable-next-line no-restricted-imports
import { Kafka, logLevel } from 'kafkajs';

/**
 * A bare kafkajs consumer, a process of its own (arguments: broker, topic, records): reads a topic from its beginning and does nothing with
 * it. Tells its parent how many seconds it took from the first batch to the last of so many records.
 */
async function main(broker: string, topic: string, records: number): Promise<void> {
  const consumer = new Kafka({ clientId: 'bench-bare-consumer', brokers: [broker], logLevel: logLevel.ERROR }).consumer({ groupId: `bench-bare-consumer-${randomUUID()}` });
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  let started = 0;
  let seen = 0;
  await consumer.run({
    eachBatch: async ({ batch }) => {
      if (seen === 0) started = performance.now();
      seen += batch.messages.length;
      if (seen >= records) process.send?.((performance.now() - started) / 1_000, () => process.exit());
    },
  });
}

void main(process.argv[2] as string, process.argv[3] as string, Number(process.argv[4]));
