import { randomUUID } from 'node:crypto';
import { AssignerProtocol, type Kafka, type PartitionAssigner } from 'kafkajs';
import type { TailOptions } from './client';
import { toLogRecord } from './kafkajs-record';
import type { LogAdmin } from './port';

export interface Tail {
  close(): Promise<void>;
}

/**
 * Follows one partition from its end at the time of the call; every record published after this resolves is seen, also across
 * reconnects (the position is kept here and set again after each join). The group is this reader's own and never commits.
 */
export async function openKafkajsTail(kafka: Kafka, admin: LogAdmin, options: TailOptions, onFatal: (error: unknown) => void): Promise<Tail> {
  const { topic, partition } = options;
  let position = (await admin.offsets(topic)).find((found) => found.partition === partition)?.next ?? 0;
  let closing = false;
  const consumer = kafka.consumer({
    groupId: `tail.${topic}.${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: 500,
    partitionAssigners: [onlyPartition(topic, partition)],
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: Number.MAX_SAFE_INTEGER },
  });
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart && !closing) onFatal(payload.error);
  });
  consumer.on(consumer.events.GROUP_JOIN, () => consumer.seek({ topic, partition, offset: String(position) }));
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const message of batch.messages) {
        const record = toLogRecord(options, message);
        if (record.offset < position) continue;
        position = record.offset + 1;
        options.onRecord(record);
      }
    },
  });
  return {
    async close() {
      closing = true;
      await consumer.disconnect();
    },
  };
}

/** A group of one member that takes one partition and leaves the others to nobody. */
function onlyPartition(topic: string, partition: number): PartitionAssigner {
  const name = `only-${partition}`;
  return () => ({
    name,
    version: 1,
    assign: async ({ members }) =>
      members.map(({ memberId }) => ({
        memberId,
        memberAssignment: AssignerProtocol.MemberAssignment.encode({ version: 1, assignment: { [topic]: [partition] }, userData: Buffer.alloc(0) }),
      })),
    protocol: ({ topics }) => ({ name, metadata: AssignerProtocol.MemberMetadata.encode({ version: 1, topics, userData: Buffer.alloc(0) }) }),
  });
}
