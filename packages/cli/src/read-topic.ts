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
export async function readTopic(log: LogClient, { topic, from, until, signal, onRecord: reader }: TopicRead): Promise<void> {
  // Until it is read: the log keeps its consumers, closed ones too, and what they refer to.
  let onRecord = reader;
  // The group may be balanced anew while a record is worked: then it goes on where it was.
  const position = new Map(from);
  const left = new Set([...from].filter(([partition, offset]) => until === null || offset < (until.get(partition) ?? 0)).map(([partition]) => partition));
  if (left.size === 0 || signal.aborted) return;
  let ended = false;
  let finish: (error?: unknown) => void = () => undefined;
  const finished = new Promise<void>((resolve, reject) => {
    finish = (error) => {
      ended = true;
      if (error === undefined) resolve();
      else reject(error as Error);
    };
  });
  const stop = (): void => finish();
  signal.addEventListener('abort', stop);
  const consumer = await log.consume({
    group: `stakewatch-cli.${randomUUID()}`,
    // Each partition is sought to at once, not after the first batch from its start.
    openOnAssignment: true,
    inputs: [
      {
        topic,
        handler: ({ partition }) => ({
          open: async () => position.get(partition) ?? 0,
          process: async ({ records }, control) => {
            const end = until?.get(partition) ?? Number.POSITIVE_INFINITY;
            try {
              for (const record of records) {
                if (record.offset >= end || record.offset < (position.get(partition) ?? 0) || ended) continue;
                const taken = onRecord(record);
                position.set(partition, record.offset + 1);
                if (taken === undefined) continue;
                await taken;
                await control.heartbeat();
              }
            } catch (error) {
              finish(error);
            }
            if ((records.at(-1)?.offset ?? 0) + 1 >= end) left.delete(partition);
            if (left.size === 0 && until !== null) finish();
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
    signal.removeEventListener('abort', stop);
    await consumer.close();
    onRecord = () => undefined;
  }
}
