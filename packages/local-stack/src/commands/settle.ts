import { setTimeout as delay } from 'node:timers/promises';
import { CONSUMER_GROUPS, type StackFile } from '@stakewatch/contracts';
import { createClickHouse, type HistorySummary, summary } from '@stakewatch/clickhouse';
import { createLogger, groupLag, type LogAdmin } from '@stakewatch/runtime';
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
      const lag = await lagOfAll(admin);
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

/** No lag anywhere: everything sent has been decided on, told and written. */
async function lagOfAll(admin: LogAdmin): Promise<number> {
  const lags = await Promise.all(Object.values(CONSUMER_GROUPS).map((group) => groupLag(admin, group)));
  return lags.reduce((sum, lag) => sum + lag, 0);
}
