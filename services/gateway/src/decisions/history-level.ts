import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import type { LogAdmin } from '@stakewatch/runtime';

/** Tells when the history has what the log had. */
export interface HistoryLevel {
  /** True once the history writer has stored all that the topics held when this was called; false when that takes longer. @throws when Kafka does not answer. */
  reached(topics: readonly string[], withinMs: number): Promise<boolean>;
}

const LOOK_EVERY_MS = 40;

export function createHistoryLevel(admin: Pick<LogAdmin, 'offsets' | 'committed'>): HistoryLevel {
  return {
    async reached(topics, withinMs) {
      const deadline = performance.now() + withinMs;
      const wanted = await Promise.all(topics.map(async (topic) => ({ topic, ends: (await admin.offsets(topic)).filter(({ first, next }) => next > first) })));
      for (;;) {
        const level = await Promise.all(wanted.map(({ topic, ends }) => isStored(admin, topic, ends)));
        if (level.every(Boolean)) return true;
        if (performance.now() >= deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
  };
}

async function isStored(admin: Pick<LogAdmin, 'committed'>, topic: string, ends: readonly { partition: number; next: number }[]): Promise<boolean> {
  if (ends.length === 0) return true;
  const stored = new Map((await admin.committed(CONSUMER_GROUPS.historyRecords.name, topic)).map(({ partition, offset }) => [partition, offset ?? 0]));
  return ends.every(({ partition, next }) => (stored.get(partition) ?? 0) >= next);
}
