import { CompressionTypes, type Kafka, type Message, Partitioners, type TopicMessages } from 'kafkajs';
import { asLogUnavailable } from './kafka-errors';
import type { LogProducer, OutgoingRecord } from './port';
import { produceChunks } from './produce-chunks';

/** Milliseconds that the broker may take to gather the in-sync replicas' acknowledgements. */
const ACK_TIMEOUT_MS = 10_000;

/** Producer of the consumer services: acks from all in-sync replicas, one request per broker and call (more where a call is larger than a broker takes). */
export async function createKafkajsProducer(kafka: Kafka): Promise<LogProducer> {
  const producer = kafka.producer({
    createPartitioner: Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, retries: 6 },
  });
  await producer.connect();
  return {
    async send(records) {
      if (records.length === 0) return;
      try {
        // One after the other: records of one partition keep their order. A crash in between leaves the first ones, as a failed call may.
        for (const chunk of produceChunks(records)) await producer.sendBatch({ acks: -1, timeout: ACK_TIMEOUT_MS, compression: CompressionTypes.None, topicMessages: byTopic(chunk) });
      } catch (error) {
        throw asLogUnavailable(error);
      }
    },
    close: () => producer.disconnect(),
  };
}

function byTopic(records: readonly OutgoingRecord[]): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const record of records) {
    let messages = topics.get(record.topic);
    if (!messages) topics.set(record.topic, (messages = []));
    messages.push(toMessage(record));
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}

function toMessage(record: OutgoingRecord): Message {
  const message: Message = { key: record.key, value: record.value };
  if (record.partition !== undefined) message.partition = record.partition;
  if (record.headers) message.headers = { ...record.headers };
  if (record.timestamp !== undefined) message.timestamp = String(record.timestamp);
  return message;
}
