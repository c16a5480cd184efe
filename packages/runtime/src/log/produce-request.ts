import { type Connection, type Reader, Writer } from '@platformatic/kafka';

/** Produce, version 9: the oldest with flexible fields (Kafka 2.4), and equal in layout up to 11. */
const PRODUCE_KEY = 0;
const PRODUCE_VERSION = 9;
const ALL_IN_SYNC_REPLICAS = -1;

export interface PartitionBytes {
  readonly topic: string;
  readonly partition: number;
  readonly bytes: Buffer;
}

export interface PartitionAnswer {
  readonly topic: string;
  readonly partition: number;
  /** Kafka's error code; 0 is success. */
  readonly errorCode: number;
}

/** Sends one request; resolves with the broker's answer for each partition, rejects when the connection fails first. */
export function produce(connection: Connection, batches: readonly PartitionBytes[], timeoutMs: number): Promise<readonly PartitionAnswer[]> {
  return new Promise((resolve, reject) => {
    connection.send<readonly PartitionAnswer[]>(PRODUCE_KEY, PRODUCE_VERSION, () => requestOf(batches, timeoutMs), answersOf, true, true, (error, answers) => {
      if (error) reject(error);
      else resolve(answers ?? []);
    });
  });
}

function requestOf(batches: readonly PartitionBytes[], timeoutMs: number): Writer {
  return Writer.create()
    .appendString(null)
    .appendInt16(ALL_IN_SYNC_REPLICAS)
    .appendInt32(timeoutMs)
    .appendArray(byTopic(batches), (writer, [topic, partitions]) => {
      writer.appendString(topic).appendArray(partitions, (inner, { partition, bytes }) => {
        inner.appendInt32(partition).appendUnsignedVarInt(bytes.length + 1).append(bytes);
      });
    })
    .appendTaggedFields();
}

function byTopic(batches: readonly PartitionBytes[]): [string, PartitionBytes[]][] {
  const topics = new Map<string, PartitionBytes[]>();
  for (const batch of batches) {
    const list = topics.get(batch.topic);
    if (list) list.push(batch);
    else topics.set(batch.topic, [batch]);
  }
  return [...topics];
}

function answersOf(_correlationId: number, _key: number, _version: number, reader: Reader): readonly PartitionAnswer[] {
  const topics = reader.readArray((topicReader) => {
    const topic = topicReader.readString();
    return topicReader.readArray((partitionReader) => {
      const answer = { topic, partition: partitionReader.readInt32(), errorCode: partitionReader.readInt16() };
      partitionReader.readInt64(); // base offset
      partitionReader.readInt64(); // log append time
      partitionReader.readInt64(); // log start offset
      partitionReader.readArray((errorReader) => [errorReader.readInt32(), errorReader.readNullableString()]);
      partitionReader.readNullableString(); // error message
      return answer;
    });
  });
  return topics.flat();
}
