import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import type { LogAdmin } from '@stakewatch/runtime';

/** Tells when the history has what the log had. */
export interface HistoryLevel {
  /** True once the history writer has stored all that the topics held when this was called; false when that takes longer. @throws when Kafka does not answer. */
  reached(topics: readonly string[], withinMs: number): Promise<boolean>;
}

const LOOK_EVERY_MS = 40;

/** However many callers wait, each topic's level is asked for once at a time. */
export function createHistoryLevel(admin: Pick<LogAdmin, 'offsets' | 'committed'>): HistoryLevel {
  const asked = new Map<string, Promise<Level>>();
  const levelOf = (topic: string): Promise<Level> => {
    let level = asked.get(topic);
    if (!level) asked.set(topic, (level = storedIn(admin, topic).finally(() => asked.delete(topic))));
    return level;
  };
  return {
    async reached(topics, withinMs) {
      const deadline = performance.now() + withinMs;
      const wanted = await Promise.all(topics.map(async (topic) => ({ topic, ends: (await admin.offsets(topic)).filter(({ first, next }) => next > first) })));
      for (;;) {
        const reached = await Promise.all(wanted.map(async ({ topic, ends }) => ends.length === 0 || isReached(await levelOf(topic), ends)));
        if (reached.every(Boolean)) return true;
        if (performance.now() >= deadline) return false;
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
      }
    },
  };
}

/** Up to which offset each partition is stored. */
type Level = ReadonlyMap<number, number>;

async function storedIn(admin: Pick<LogAdmin, 'committed'>, topic: string): Promise<Level> {
  return new Map((await admin.committed(CONSUMER_GROUPS.historyRecords.name, topic)).map(({ partition, offset }) => [partition, offset ?? 0]));
}

const isReached = (level: Level, ends: readonly { partition: number; next: number }[]): boolean => ends.every(({ partition, next }) => (level.get(partition) ?? 0) >= next);
