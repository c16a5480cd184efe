import { type Admin, type ITopicConfig, KafkaJSAggregateError } from 'kafkajs';
import { deadLetterTopic, type TopicDeclaration, TOPICS } from '@stakewatch/contracts';

const DEAD_LETTER_RETENTION_MS = 90 * 86_400_000;
const SERVED_WITHIN_MS = 30_000;
const PAUSE_MS = 100;

/**
 * Creates the topics that are missing, and returns when the brokers serve each, whoever created it: a new partition has a leader in the
 * metadata before that broker has taken it up, and until then it answers "not the leader". Who dies here leaves topics that the next
 * call finds; who calls at the same time finds those of the other.
 * @throws what Kafka refuses for good at once; what passes by itself (a broker that does not know its new topics yet, or does not answer) only after 30 s of it
 */
export async function ensureTopics(admin: Pick<Admin, 'listTopics' | 'createTopics' | 'fetchTopicOffsets'>, partitions: number, replication: number): Promise<void> {
  const wanted = Object.values(TOPICS).flatMap((topic) => topicConfigs(topic, partitions, replication));
  const deadline = Date.now() + SERVED_WITHIN_MS;
  await untilDone(deadline, async () => {
    const existing = new Set(await admin.listTopics());
    const missing = wanted.filter(({ topic }) => !existing.has(topic));
    if (missing.length > 0) await admin.createTopics({ topics: missing, waitForLeaders: true });
  });
  await Promise.all(wanted.map(({ topic }) => untilDone(deadline, () => admin.fetchTopicOffsets(topic))));
}

async function untilDone(deadline: number, work: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await work();
      return;
    } catch (error) {
      if (!passes(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
}

/** kafkajs repeats some errors by itself, and calls them final after some tries; of several topics it tells all errors at once. */
function passes(error: unknown): boolean {
  if (error instanceof KafkaJSAggregateError) return error.errors.every((one) => passes(one) || (one as { type?: string }).type === 'TOPIC_ALREADY_EXISTS');
  if (!(error instanceof Error)) return false;
  return (error as { retriable?: boolean }).retriable === true || passes(error.cause);
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
