import type { ControlTable, LogProducer } from '@stakewatch/runtime';
import { TOPICS } from '@stakewatch/contracts';
import { RegistryError } from './registry-error';
import { RegistryState, type StoredRecord, type Write } from './registry-state';

const VISIBLE_WITHIN_MS = 15_000;

/** The registry's records: read from the compacted topic, changed one request at a time. */
export interface SchemaStore {
  state(): RegistryState;
  /**
   * Decides on the state as it is and writes what the decision asks for. Requests queue here: ids and versions are given out
   * one after the other, so one registry may run per topic.
   */
  change<T>(decide: (state: RegistryState) => { result: T; writes: readonly Write[] }): Promise<T>;
}

export function createSchemaStore(table: ControlTable<StoredRecord>, producer: LogProducer): SchemaStore {
  let queue: Promise<unknown> = Promise.resolve();
  const state = () => new RegistryState(new Map(table.entries()));
  return {
    state,
    change(decide) {
      const work = queue.then(async () => {
        const { result, writes } = decide(state());
        for (const write of writes) await writeAndSee(table, producer, write);
        return result;
      });
      queue = work.catch(() => undefined); // the caller has the error
      return work;
    },
  };
}

/** If the process dies after the send, the record stands and the caller, who got no answer, asks again and gets the same id. */
async function writeAndSee(table: ControlTable<StoredRecord>, producer: LogProducer, { key, value }: Write): Promise<void> {
  const wanted = JSON.stringify(value);
  const seen = visible(table, key, (now) => JSON.stringify(now) === wanted);
  await producer.send([{ topic: TOPICS.schemas.name, key, value: value === null ? null : Buffer.from(wanted) }]);
  await seen;
}

function visible(table: ControlTable<StoredRecord>, key: string, isIt: (now: StoredRecord | null) => boolean): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void) => {
      clearTimeout(timer);
      stop();
      finish();
    };
    const timer = setTimeout(() => end(() => reject(new RegistryError('storeTimeout', 'the write was not read back in time'))), VISIBLE_WITHIN_MS);
    const stop = table.onChange((changed, now) => {
      if (changed === key && isIt(now)) end(resolve);
    });
  });
}
