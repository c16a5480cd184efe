import { createAvroCodec } from '../codec/avro-codec';
import { createMemorySchemaIds } from '../codec/memory-schema-ids';
import { MemoryLog } from '../log/memory-log';
import { LogUnavailable, type LogProducer, Retriable, StaleOwner } from '../log/port';
import { MemoryStateStore } from '../state/memory-state-store';
import { createDeadLetters } from './dead-letters';
import { type Stage, Unreadable } from './stage';
import { StateBudget } from './state-cache';
import { statefulHandler, type StatefulOptions } from './stateful-handler';

interface Tally {
  total: number;
  fresh: Buffer[];
}

/** Adds numbers by key; publishes each running total. Record: key `k`, value a number in text; 'boom' makes it fail. */
const adder: Stage<{ key: string; add: number }, Tally> = {
  decode(record) {
    const text = record.value?.toString() ?? '';
    if (text !== 'boom' && !/^\d+$/.test(text)) throw new Unreadable('not a number');
    return { key: record.key?.toString() ?? '', add: Number(text) };
  },
  keysOf: ({ key }) => [key],
  restore: (_key, bytes) => ({ total: [...(bytes ?? [])].reduce((sum, byte) => sum + byte, 0), fresh: [] }),
  fold({ key, add }, states) {
    if (Number.isNaN(add)) throw new TypeError('boom');
    const state = states.get(key) as Tally;
    state.total += add;
    state.fresh.push(Buffer.from([add]));
    return [{ topic: 'alerts.v1', partition: 0, key, value: Buffer.from(`${key}=${state.total}`) }];
  },
  takeWrite(key, state) {
    if (state.fresh.length === 0) return null;
    return { key, op: 'append', bytes: Buffer.concat(state.fresh.splice(0)) };
  },
  sizeOf: () => 100,
};

function setUp(overrides: Partial<StatefulOptions<{ key: string; add: number }, Tally>> = {}) {
  const log = new MemoryLog(1);
  const store = new MemoryStateStore();
  const lost: number[] = [];
  const options = async (): Promise<StatefulOptions<{ key: string; add: number }, Tally>> => {
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
  return { log, store, lost, consume, put, outputs };
}

test('records are folded in order, and outputs published', async () => {
  const { log, consume, put, outputs } = setUp();
  put(1, 2, 3);
  await consume();
  await log.settle();
  expect(outputs()).toEqual(['k=1', 'k=3', 'k=6']);
});

test('a new owner goes on from the state that the last one saved', async () => {
  const { log, consume, put, outputs } = setUp();
  put(1, 2);
  const first = await consume();
  await log.settle();
  await first.close();
  put(4);
  const second = await consume();
  await second.settle();
  expect(outputs()).toEqual(['k=1', 'k=3', 'k=7']);
});

test('when the process dies after publishing and before saving, the same outputs are published again and nothing counts twice', async () => {
  const crashing = new MemoryStateStore();
  const save = crashing.save.bind(crashing);
  let crash = true;
  crashing.save = async (owner, what) => {
    if (crash) throw new Error('died');
    return save(owner, what);
  };
  const { log, consume, put, outputs } = setUp({ store: crashing });
  put(1, 2);
  const first = await consume();
  await expect(log.settle()).rejects.toThrow('died');
  await first.close();
  crash = false;
  const second = await consume();
  await second.settle();
  expect(outputs()).toEqual(['k=1', 'k=3', 'k=1', 'k=3']);
  put(1);
  await second.settle();
  expect(outputs().at(-1)).toBe('k=4');
});

test('an owner that was replaced saves nothing', async () => {
  const { log, store, consume, put } = setUp();
  put(1);
  await consume();
  await log.settle();
  await store.open({ group: 'g', topic: 'betting.events.v1', partition: 0 });
  put(2);
  await expect(log.settle()).rejects.toThrow(StaleOwner);
  expect(await store.load({ group: 'g', topic: 'betting.events.v1', partition: 0 }, ['k'])).toEqual([Buffer.from([1])]);
});

test('what is not acknowledged is not saved', async () => {
  const producer: LogProducer = { send: () => Promise.reject(new LogUnavailable('down')), close: async () => undefined };
  const { log, store, consume, put } = setUp({ producer });
  put(1);
  await consume();
  await expect(log.settle()).rejects.toThrow(LogUnavailable);
  expect((await store.open({ group: 'g', topic: 'betting.events.v1', partition: 0 })).nextOffset).toBeNull();
});

test('an unreadable record is dead-lettered with its reason, and the others go on', async () => {
  const { log, consume, put, outputs } = setUp();
  put(1, 'rubbish', 2);
  await consume();
  await log.settle();
  expect(outputs()).toEqual(['k=1', 'k=3']);
  const [letter] = log.records('betting.events.v1.dlq');
  expect(letter?.value?.toString()).toBe('rubbish');
  expect(letter?.headers).toMatchObject({ 'stakewatch-reason': 'not a number', 'stakewatch-source-offset': '1', 'stakewatch-service': 'g' });
});

test('a record on which the rules keep failing is dead-lettered after three tries', async () => {
  const failures: number[] = [];
  const observer = { onStateLost: () => undefined, onFoldFailed: (_record: unknown, _error: unknown, times: number) => void failures.push(times), onPhase: () => undefined, onResident: () => undefined };
  const { log, consume, put, outputs } = setUp({ observer });
  put(1, 'boom', 2);
  await consume();
  // The memory log surfaces each Retriable; the Kafka consumer waits and offers the batch again.
  while (failures.length < 3) await expect(log.settle()).rejects.toThrow(Retriable);
  await log.settle();
  expect(failures).toEqual([1, 2, 3]);
  expect(outputs()).toEqual(['k=1', 'k=3']);
  expect(log.records('betting.events.v1.dlq')).toHaveLength(1);
});

test('a lost state is rebuilt from the log', async () => {
  const { log, store, lost, consume, put, outputs } = setUp();
  put(1, 2);
  const first = await consume();
  await log.settle();
  await first.close();
  await store.clear({ group: 'g', topic: 'betting.events.v1', partition: 0 });
  put(4);
  const second = await consume();
  await second.settle();
  expect(lost).toEqual([0]);
  expect(outputs()).toEqual(['k=1', 'k=3', 'k=1', 'k=3', 'k=7']);
});

test('a batch that takes long to fold lets the rest of the process go on', async () => {
  let turns = 0;
  const seen: number[] = [];
  const slow: typeof adder = {
    ...adder,
    fold(input, states, at) {
      const until = performance.now() + 60;
      while (performance.now() < until);
      seen.push(turns);
      return adder.fold(input, states, at);
    },
  };
  const { log, consume, put, outputs } = setUp({ stage: () => slow });
  put(1, 2, 3);
  const ticking = setInterval(() => (turns += 1), 1);
  await consume();
  await log.settle();
  clearInterval(ticking);
  expect(outputs()).toEqual(['k=1', 'k=3', 'k=6']);
  expect(new Set(seen).size).toBeGreaterThan(1);
});
