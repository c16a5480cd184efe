import { setTimeout as delay } from 'node:timers/promises';
import { DEFAULT_DATA_PARTITIONS, TOPICS } from '@stakewatch/contracts';
import type { LogAdmin, createLogger } from '@stakewatch/runtime';
import type { Layout } from '../layout/home';
import type { TaskStep } from '../parts/part';
import { openLocalLog } from './local-log';

const SERVED_WITHIN_MS = 30_000;

/** Creates the topics that are missing. Repeating it changes nothing. */
export function topicsTask(layout: Layout, logger: ReturnType<typeof createLogger>): TaskStep {
  return {
    name: 'topics',
    kind: 'task',
    needs: ['kafka'],
    run: async () => {
      const log = openLocalLog('local-stack', `127.0.0.1:${layout.ports.kafka}`, logger);
      try {
        const admin = await log.admin();
        await admin.ensureTopics(Number(process.env['STAKEWATCH_DATA_PARTITIONS'] || DEFAULT_DATA_PARTITIONS), 1);
        await untilServed(admin);
      } finally {
        await log.close();
      }
    },
  };
}

/** A new partition has a leader in the metadata before the broker has taken it up; until then it answers "not the leader". */
async function untilServed(admin: LogAdmin): Promise<void> {
  const deadline = Date.now() + SERVED_WITHIN_MS;
  for (const { name } of Object.values(TOPICS)) {
    for (;;) {
      try {
        await admin.offsets(name);
        break;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await delay(100);
      }
    }
  }
}
