import type { Admin, Kafka } from 'kafkajs';
import { ensureTopics } from './ensure-topics';
import type { LogAdmin } from './port';

export async function createKafkajsAdmin(kafka: Kafka): Promise<LogAdmin> {
  const admin = kafka.admin();
  await admin.connect();
  return {
    ensureTopics: (partitions, replication) => ensureTopics(admin, partitions, replication),
    async partitionCount(topic) {
      const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
      return topics[0]?.partitions.length ?? 0;
    },
    async offsets(topic) {
      const found = await admin.fetchTopicOffsets(topic);
      return found.map(({ partition, low, high }) => ({ partition, first: Number(low), next: Number(high) }));
    },
    async offsetsAt(topic, timestampMs) {
      const [at, ends] = await Promise.all([admin.fetchTopicOffsetsByTimestamp(topic, timestampMs), admin.fetchTopicOffsets(topic)]);
      const next = new Map(ends.map(({ partition, high }) => [partition, Number(high)]));
      return at.map(({ partition, offset }) => ({ partition, offset: Number(offset) < 0 ? (next.get(partition) ?? 0) : Number(offset) }));
    },
    committed: (group, topic) => committed(admin, group, topic),
    close: () => admin.disconnect(),
  };
}

async function committed(admin: Admin, group: string, topic: string) {
  const found = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  return (found[0]?.partitions ?? []).map(({ partition, offset, metadata }) => ({
    partition,
    offset: Number(offset) < 0 ? null : Number(offset),
    metadata: metadata || null,
  }));
}
