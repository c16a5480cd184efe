import { createAvroCodec } from '../../codec/avro-codec';
import { createMemorySchemaIds } from '../../codec/memory-schema-ids';
import { MemoryLog } from '../../log/memory-log';
import { MemoryStateStore } from '../../state/memory-state-store';
import { createDeadLetters } from '../dead-letters';
import { StateBudget } from '../owned-states';
import { type Stage, Unreadable } from '../stage';
import { keyedStates, type StateCache } from '../state-cache';
import { statefulHandler, type StatefulOptions } from '../stateful-handler';

export interface Tally {
  total: number;
  fresh: Buffer[];
}

export interface Addition {
  readonly key: string;
  readonly add: number;
}

/** Adds numbers by key; publishes each running total. Record: key `k`, value a number in text; 'boom' makes it fail. */
export const adder: Stage<Addition, StateCache<Addition, Tally>> = {
  decode(record) {
    const text = record.value?.toString() ?? '';
    if (text !== 'boom' && !/^\d+$/.test(text)) throw new Unreadable('not a number');
    return { key: record.key?.toString() ?? '', add: Number(text) };
  },
  keep: keyedStates({
    keysOf: ({ key }) => [key],
    restore: (_key, bytes): Tally => ({ total: [...(bytes ?? [])].reduce((sum, byte) => sum + byte, 0), fresh: [] }),
    takeWrite(key, state) {
      if (state.fresh.length === 0) return null;
      return { key, op: 'append', bytes: Buffer.concat(state.fresh.splice(0)) };
    },
    sizeOf: () => 100,
  }),
  fold({ key, add }, states) {
    if (Number.isNaN(add)) throw new TypeError('boom');
    const state = states.get(key) as Tally;
    state.total += add;
    state.fresh.push(Buffer.from([add]));
    return [{ topic: 'alerts.v1', partition: 0, key, value: Buffer.from(`${key}=${state.total}`) }];
  },
};

export function setUp(overrides: Partial<StatefulOptions<Addition, StateCache<Addition, Tally>>> = {}) {
  const log = new MemoryLog(1);
  const store = new MemoryStateStore();
  const lost: number[] = [];
  const options = async (): Promise<StatefulOptions<Addition, StateCache<Addition, Tally>>> => {
    const producer = overrides.producer ?? (await log.producer());
    return {
      group: 'g',
      stage: () => adder,
      store,
      producer,
      deadLetters: createDeadLetters(producer, 'g', () => undefined),
      codec: createAvroCodec(createMemorySchemaIds()),
      budget: new StateBudget(1000),
      admin: await log.admin(),
      rebuildWindowMs: 1000,
      observer: { onStateLost: (_at, from) => lost.push(from), onFoldFailed: () => undefined, onPhase: () => undefined, onResident: () => undefined },
      nowMicros: () => Date.now() * 1000,
      ...overrides,
    };
  };
  const consume = async () => log.consume({ group: 'g', inputs: [{ topic: 'betting.events.v1', handler: statefulHandler(await options()) }] });
  const put = (...values: (string | number)[]) => values.forEach((value) => log.append({ topic: 'betting.events.v1', key: 'k', value: Buffer.from(String(value)) }));
  const outputs = () => log.records('alerts.v1').map(({ value }) => value?.toString());
  return { log, store, lost, consume, put, outputs, options };
}

export const AT = { topic: 'betting.events.v1', partition: 0 };
