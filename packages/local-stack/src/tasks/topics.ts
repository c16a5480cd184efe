import { setTimeout as delay } from 'node:timers/promises';
import { TOPICS } from '@stakewatch/contracts';
import type { LogAdmin, LogClient } from '@stakewatch/runtime';

const SERVED_WITHIN_MS = 30_000;

/** Creates the topics that are missing, and waits until each is served. Repeating it changes nothing. */
export async function createTopics(log: LogClient, partitions: number, replication: number): Promise<void> {
  const admin = await log.admin();
  const deadline = Date.now() + SERVED_WITHIN_MS;
  await untilTaken(admin, partitions, replication, deadline);
  await untilServed(admin, deadline);
}

/** A broker that has created topics may not know them for a moment, or not answer in time: it is asked again, for those still missing. */
async function untilTaken(admin: LogAdmin, partitions: number, replication: number, deadline: number): Promise<void> {
  for (;;) {
    try {
      return await admin.ensureTopics(partitions, replication);
    } catch (error) {
      if ((error as { retriable?: boolean }).retriable !== true || Date.now() > deadline) throw error;
      await delay(100);
    }
  }
}

/** A new partition has a leader in the metadata before the broker has taken it up; until then it answers "not the leader". */
async function untilServed(admin: LogAdmin, deadline: number): Promise<void> {
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
