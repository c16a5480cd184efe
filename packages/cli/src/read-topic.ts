import { randomUUID } from 'node:crypto';
import type { LogClient, LogRecord } from '@stakewatch/runtime';

export interface TopicRead {
  readonly topic: string;
  /** Offset to read each partition from. */
  readonly from: ReadonlyMap<number, number>;
  /** Offset to read each partition up to, exclusive; null follows for ever. */
  readonly until: ReadonlyMap<number, number> | null;
  onRecord(record: LogRecord): void | Promise<void>;
  readonly signal: AbortSignal;
}

/**
 * Reads a topic as a reader of its own: the group has a name that nobody shares and commits nothing ('held').
 * Resolves when every partition is read up to `until`, or when the signal fires.
 */
export async function readTopic(log: LogClient, read: TopicRead): Promise<void> {
  const left = new Set([...read.from].filter(([partition, offset]) => read.until === null || offset < (read.until.get(partition) ?? 0)).map(([partition]) => partition));
  if (left.size === 0 || read.signal.aborted) return;
  let finish: (error?: unknown) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => (finish = (error) => (error === undefined ? resolve() : reject(error))));
  read.signal.addEventListener('abort', () => finish(), { once: true });
  const consumer = await log.consume({
    group: `stakewatch-cli.${randomUUID()}`,
    // Each partition is sought to at once, not after the first batch from its start.
    openOnAssignment: true,
    inputs: [
      {
        topic: read.topic,
        handler: ({ partition }) => ({
          open: async () => read.from.get(partition) ?? 0,
          process: async ({ records }) => {
            const end = read.until?.get(partition) ?? Number.POSITIVE_INFINITY;
            try {
              for (const record of records) if (record.offset < end && !read.signal.aborted) await read.onRecord(record);
            } catch (error) {
              finish(error);
            }
            if ((records.at(-1)?.offset ?? 0) + 1 >= end) left.delete(partition);
            if (left.size === 0 && read.until !== null) finish();
            return 'held';
          },
          close: async () => undefined,
        }),
      },
    ],
  });
  try {
    await finished;
  } finally {
    await consumer.close();
  }
}

/** Every record that a topic holds now. */
export async function readWhole(log: LogClient, topic: string, signal: AbortSignal, onRecord: TopicRead['onRecord']): Promise<void> {
  const offsets = await (await log.admin()).offsets(topic);
  const from = new Map(offsets.map(({ partition, first }) => [partition, first]));
  await readTopic(log, { topic, from, until: new Map(offsets.map(({ partition, next }) => [partition, next])), onRecord, signal });
}
