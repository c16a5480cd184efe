import { randomUUID } from 'node:crypto';
import type { Static, TSchema } from '@sinclair/typebox';
import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { toLogRecords } from '../log/kafkajs-record';
import type { LogAdmin, LogRecord } from '../log/port';
import { type ControlTable, TableState } from './control-table';
import { tableReader } from './table-reader';

export interface TableHooks {
  onUnfit(record: LogRecord, reason: string): void;
  onFatal(error: unknown): void;
}

/**
 * Reads a compacted topic whole, then follows it. The group is the reader's own and never commits: each process reads every
 * record. If kafkajs restarts it, it reads from the start again, which applies nothing twice (TableState).
 */
export async function openKafkajsTable<S extends TSchema>(kafka: Kafka, admin: LogAdmin, topic: string, schema: S, hooks: TableHooks, maxWaitMs = 500): Promise<ControlTable<Static<S>>> {
  const ends = new Map((await admin.offsets(topic)).map(({ partition, next, first }) => [partition, next > first ? next : 0]));
  const target = ends.get(0) ?? 0;
  const state = new TableState<Static<S>>();
  const apply = tableReader(schema, state, hooks.onUnfit);
  const consumer = kafka.consumer({
    groupId: `table.${topic}.${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxWaitTimeInMs: maxWaitMs,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: Number.MAX_SAFE_INTEGER },
  });
  let closing = false;
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart && !closing) hooks.onFatal(payload.error);
  });
  await readUntil(consumer, topic, apply, () => state.next >= target);
  return state.asTable(async () => {
    closing = true;
    await consumer.disconnect();
  });
}

/** Resolves when `caughtUp` first holds; reading goes on. */
async function readUntil(consumer: Consumer, topic: string, apply: (record: LogRecord) => void, caughtUp: () => boolean): Promise<void> {
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  let resolve: () => void = () => undefined;
  const ready = new Promise<void>((done) => (resolve = done));
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }: EachBatchPayload) => {
      for (const record of toLogRecords(batch)) apply(record);
      if (caughtUp()) resolve();
    },
  });
  if (caughtUp()) resolve();
  await ready;
}
