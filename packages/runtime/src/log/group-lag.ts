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
  return (await partitionLags(admin, group, topic)).reduce((sum, { records }) => sum + records, 0);
}

/** The same of each partition of a topic. The ends are read after what is committed: no lag is told too small. */
export async function partitionLags(admin: LogAdmin, group: string, topic: string): Promise<readonly { readonly partition: number; readonly records: number }[]> {
  const committed = new Map((await admin.committed(group, topic)).map(({ partition, offset }) => [partition, offset]));
  return (await admin.offsets(topic)).map(({ partition, first, next }) => ({ partition, records: Math.max(0, next - (committed.get(partition) ?? first)) }));
}
