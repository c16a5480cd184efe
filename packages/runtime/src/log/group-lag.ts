import type { LogAdmin } from './port';

/** A consumer group and the topics that it reads, as CONSUMER_GROUPS declares them. */
export interface GroupOfTopics {
  readonly name: string;
  readonly topics: readonly string[];
}

/** Records of its topics that a group has not committed yet; where it never committed, all that the log still holds. */
export async function groupLag(admin: LogAdmin, { name, topics }: GroupOfTopics): Promise<number> {
  const lags = await Promise.all(topics.map((topic) => topicLag(admin, name, topic)));
  return lags.reduce((sum, lag) => sum + lag, 0);
}

async function topicLag(admin: LogAdmin, group: string, topic: string): Promise<number> {
  const [ends, committed] = await Promise.all([admin.offsets(topic), admin.committed(group, topic)]);
  const at = new Map(committed.map(({ partition, offset }) => [partition, offset]));
  return ends.reduce((sum, { partition, first, next }) => sum + Math.max(0, next - (at.get(partition) ?? first)), 0);
}
