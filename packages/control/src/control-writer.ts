import { isDeepStrictEqual } from 'node:util';
import { TOPICS, type TopicKey } from '@stakewatch/contracts';
import type { ControlTable, LogProducer } from '@stakewatch/runtime';
import { ControlRefused, type Decision } from './decision';

/** How often a change is decided anew because another writer was faster. */
const MAX_CLASHES = 5;
const READ_BACK_MS = 15_000;

/** The write was acknowledged, but this process did not read it back in time: it will take effect. */
export class ReadBackTimeout extends Error {
  override readonly name = 'ReadBackTimeout';
}

export interface Change<T> {
  readonly topic: TopicKey;
  readonly table: ControlTable<T>;
  readonly key: string;
  /** Decides on the record as it stands now; called again when another writer came between. */
  decide(current: T | undefined): Decision<T>;
}

export interface ChangeResult<T> {
  /** False when it was so already. */
  readonly changed: boolean;
  /** Null when removed. */
  readonly record: T | null;
}

/**
 * decide -> write -> read back. Kafka has no compare-and-set, so a clash is seen afterwards: when another writer's record of
 * the same key stands between what was decided on and our own write, our write rests on a stale record, and the command is
 * decided again on the other writer's record (rules keep both changes; a command that names the version it expects is refused).
 * Dies before the write: nothing happened. After the write, before the read-back: the write is in force; a clash at that very
 * moment stays unrepaired (docs/decisions/0061-control-writes.md).
 * @throws {ControlRefused} when the command is refused.
 */
export async function applyChange<T>(producer: LogProducer, change: Change<T>): Promise<ChangeResult<T>> {
  let current = change.table.get(change.key);
  for (let clashes = 0; clashes < MAX_CLASHES; clashes += 1) {
    const decision = change.decide(current);
    if (decision.kind === 'refused') throw new ControlRefused(decision.refusal);
    if (decision.kind === 'unchanged') return { changed: false, record: decision.record };
    const next = decision.kind === 'remove' ? null : decision.record;
    const overtaken = await writeAndReadBack(producer, change, next);
    if (overtaken === undefined) return { changed: true, record: next };
    current = overtaken ?? undefined;
  }
  throw new ControlRefused({ code: 'conflict', message: `${change.key} is being changed by others all the time; try again.`, errors: [] });
}

/** Undefined when no one came between; else the other writer's newest record (null: removed). */
async function writeAndReadBack<T>(producer: LogProducer, { topic, table, key }: Change<T>, next: T | null): Promise<T | null | undefined> {
  const stored = next === null ? null : (JSON.parse(JSON.stringify(next)) as T);
  let overtaken: T | null | undefined;
  let stop: () => void = () => undefined;
  let timer: NodeJS.Timeout | undefined;
  const readBack = new Promise<void>((resolve, reject) => {
    stop = table.onChange((changed, value) => {
      if (changed !== key) return;
      if (isDeepStrictEqual(value, stored)) resolve();
      else overtaken = value;
    });
    const late = `${key} was written to ${TOPICS[topic].name} but not read back within ${READ_BACK_MS / 1000} s; it will take effect.`;
    timer = setTimeout(() => reject(new ReadBackTimeout(late)), READ_BACK_MS);
  });
  try {
    await Promise.all([readBack, producer.send([{ topic: TOPICS[topic].name, key, value: stored === null ? null : Buffer.from(JSON.stringify(stored)) }])]);
    return overtaken;
  } finally {
    clearTimeout(timer);
    stop();
  }
}
