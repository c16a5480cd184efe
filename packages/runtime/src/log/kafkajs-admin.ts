import { type Admin, type ITopicConfig, type Kafka } from 'kafkajs';
import { TOPICS, type TopicDeclaration, deadLetterTopic } from '@stakewatch/contracts';
import type { LogAdmin } from './port';

const DEAD_LETTER_RETENTION_MS = 90 * 86_400_000;

export async function createKafkajsAdmin(kafka: Kafka): Promise<LogAdmin> {
  const admin = kafka.admin();
  await admin.connect();
  return {
    async ensureTopics(partitions, replication) {
      const existing = new Set(await admin.listTopics());
      const wanted = Object.values(TOPICS).flatMap((topic) => topicConfigs(topic, partitions, replication));
      const missing = wanted.filter(({ topic }) => !existing.has(topic));
      if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
    },
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

function topicConfigs(topic: TopicDeclaration, dataPartitions: number, replicationFactor: number): ITopicConfig[] {
  const numPartitions = topic.partitions === 'data' ? dataPartitions : 1;
  const insync = { name: 'min.insync.replicas', value: String(Math.max(1, replicationFactor - 1)) };
  const main: ITopicConfig = {
    topic: topic.name,
    numPartitions,
    replicationFactor,
    configEntries: [
      { name: 'cleanup.policy', value: topic.cleanup },
      ...(topic.retentionMs === null ? [] : [{ name: 'retention.ms', value: String(topic.retentionMs) }]),
      insync,
    ],
  };
  if (topic.cleanup === 'compact') return [main];
  const deadLetters: ITopicConfig = {
    topic: deadLetterTopic(topic.name),
    numPartitions: 1,
    replicationFactor,
    configEntries: [{ name: 'retention.ms', value: String(DEAD_LETTER_RETENTION_MS) }, insync],
  };
  return [main, deadLetters];
}
