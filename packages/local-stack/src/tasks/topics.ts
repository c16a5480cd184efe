import { setTimeout as delay } from 'node:timers/promises';
import { TOPICS } from '@stakewatch/contracts';
import type { LogAdmin, LogClient } from '@stakewatch/runtime';

const SERVED_WITHIN_MS = 30_000;

/** Creates the topics that are missing, and waits until each is served. Repeating it changes nothing. */
export async function createTopics(log: LogClient, partitions: number, replication: number): Promise<void> {
  const admin = await log.admin();
  await admin.ensureTopics(partitions, replication);
  await untilServed(admin);
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
