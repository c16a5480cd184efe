import { setTimeout as delay } from 'node:timers/promises';
import { CONSUMER_GROUPS, type StackFile } from '@stakewatch/contracts';
import { createClickHouse, type HistorySummary, summary } from '@stakewatch/clickhouse';
import { createLogger, type LogAdmin } from '@stakewatch/runtime';
import { openLocalLog } from '../tasks/local-log';

const LOOK_EVERY_MS = 250;

/** Waits until every reader has caught up and every webhook has arrived, at most `limitMs`; gives the counts as they then are. */
export async function settledSummary(stack: StackFile, limitMs: number): Promise<HistorySummary & { settled: boolean }> {
  const log = openLocalLog('local-stack', stack.kafka, createLogger('local-stack', 'silent'));
  const client = createClickHouse(stack.clickhouse);
  try {
    const admin = await log.admin();
    const deadline = Date.now() + limitMs;
    for (;;) {
      const lag = await lagOf(admin);
      const counts = await summary(client);
      const settled = lag === 0 && counts.webhooksDelivered >= counts.webhookMessages;
      if (settled || Date.now() > deadline) return { ...counts, settled };
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    await client.close();
    await log.close();
  }
}

async function lagOf(admin: LogAdmin): Promise<number> {
  // No lag anywhere: everything sent has been decided on, told and written.
  const lags = Object.values(CONSUMER_GROUPS).flatMap(({ name, topics }) => topics.map((topic) => lagOfGroup(admin, name, topic)));
  return (await Promise.all(lags)).reduce((sum, lag) => sum + lag, 0);
}

async function lagOfGroup(admin: LogAdmin, group: string, topic: string): Promise<number> {
  const [ends, committed] = await Promise.all([admin.offsets(topic), admin.committed(group, topic)]);
  const at = new Map(committed.map(({ partition, offset }) => [partition, offset]));
  return ends.reduce((sum, { partition, first, next }) => sum + (next - (at.get(partition) ?? first)), 0);
}
