import { PartitionSlot } from '../log/partition-slot';
import { LogUnavailable, type LogProducer, Retriable, StaleOwner } from '../log/port';
import { MemoryStateStore } from '../state/memory-state-store';
import { StateBudget } from './owned-states';
import type { StateCache } from './state-cache';
import { statefulHandler, type StatefulOptions, type UnsavedLimits } from './stateful-handler';
import { type Addition, adder, AT, setUp, type Tally } from './test-support/adding-consumer';

test('a stage that fills its inputs anew sees each record by itself, unreadable ones between them too', async () => {
  const made: Addition[] = [];
  const sparing: typeof adder = {
    ...adder,
    decode(record, spare) {
      const { key, add } = adder.decode(record);
      if (!spare) made.push({ key, add });
      return spare ? Object.assign(spare, { key, add }) : (made.at(-1) as Addition);
    },
  };
  const { put, outputs, consume, log } = setUp({ stage: () => sparing });
  const values = Array.from({ length: 1_300 }, (_none, at) => (at % 7 === 3 ? 'unreadable' : at % 4));
  put(...values);
  await consume();
  await log.settle();
  let total = 0;
  const readable = values.filter((value): value is number => typeof value === 'number');
  expect(outputs()).toEqual(readable.map((value) => `k=${(total += value)}`));
  expect(log.records('betting.events.v1.dlq')).toHaveLength(values.length - readable.length);
  expect(made.length).toBeLessThan(readable.length);
});

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

/** A partition behind by more than one batch, as a consumer offers it; the log itself is `log`. */
async function behind(overrides: Partial<StatefulOptions<Addition, StateCache<Addition, Tally>>>) {
  const { put, log, outputs, options } = setUp(overrides);
  const given = await options();
  const store = given.store as MemoryStateStore;
  const slot = new PartitionSlot(statefulHandler(given)(AT));
  await slot.open({ offset: null, metadata: null });
  const control = { isOwner: () => true, heartbeat: async () => undefined, commit: async () => undefined };
  const offer = (from: number, to: number) => slot.offer({ ...AT, records: log.records(AT.topic).slice(from, to), highWatermark: log.records(AT.topic).length }, control);
  const settle = () => slot.settle(control);
  const stored = async () => [...((await store.load({ group: 'g', ...AT }, ['k']))[0] ?? [])];
  return { store, put, log, slot, offer, settle, stored, outputs };
}

/** No limit but those given. */
const unsaved = (limits: Partial<UnsavedLimits>): UnsavedLimits => ({ records: Infinity, states: Infinity, ms: Infinity, ...limits });

test('batches share a save, until there are so many records; without limits each has its own', async () => {
  const alone = await behind({});
  alone.put(1, 2);
  expect(await alone.offer(0, 1)).toMatchObject({ held: false });
  const { put, offer, stored, settle, slot } = await behind({ unsaved: unsaved({ records: 3 }) });
  put(1, 2, 3, 4, 5, 6);
  expect(await offer(0, 2)).toEqual({ kind: 'done', nextOffset: 2, held: true });
  expect(await stored()).toEqual([]);
  expect(await offer(2, 4)).toEqual({ kind: 'done', nextOffset: 4, held: false });
  expect(await stored()).toEqual([1, 2, 3, 4]);
  expect(await offer(4, 5)).toMatchObject({ held: true });
  expect(await offer(5, 6)).toMatchObject({ held: true });
  expect([await stored(), slot.heldFrom]).toEqual([[1, 2, 3, 4], 4]);
  expect(await settle()).toBe(6);
  expect([await stored(), slot.heldFrom]).toEqual([[1, 2, 3, 4, 5, 6], null]);
  expect(await settle()).toBeNull();
});

test('so many changed states are saved at once, as the store can be held only so long', async () => {
  const { log, offer } = await behind({ unsaved: unsaved({ states: 2 }) });
  for (const key of ['a', 'a', 'b', 'c']) log.append({ topic: AT.topic, partition: 0, key, value: Buffer.from('1') });
  expect([await offer(0, 2), await offer(2, 3), await offer(3, 4)]).toMatchObject([{ held: true }, { held: false }, { held: true }]);
});

test('at the end of the log what is older than a moment is saved, further from it that waits for the other limits', async () => {
  let now = 1_000_000;
  const { put, offer } = await behind({ unsaved: unsaved({ ms: 5 }), nowMicros: () => now });
  put(1, 2, 3, 4);
  expect(await offer(0, 2)).toMatchObject({ held: true });
  now += 5_000;
  expect(await offer(2, 3)).toMatchObject({ held: true });
  expect(await offer(3, 4)).toMatchObject({ held: false });
  put(5);
  expect(await offer(4, 5)).toMatchObject({ held: true });
});

test('what cannot be settled is read again from the last save, and counted once', async () => {
  const { put, offer, settle, slot, store, stored } = await behind({ unsaved: unsaved({}) });
  put(1, 2);
  await offer(0, 1);
  await offer(1, 2);
  const save = jest.spyOn(store, 'save').mockRejectedValueOnce(new Retriable('down'));
  await expect(settle()).rejects.toMatchObject({ name: 'Rewound', offset: 0 });
  expect([slot.nextOffset, slot.heldFrom, await settle()]).toEqual([0, null, null]);
  await offer(0, 2);
  expect(await settle()).toBe(2);
  expect([await stored(), save.mock.calls.length]).toEqual([[1, 2], 2]);
});

test('an owner that was replaced settles nothing, and says from where it held', async () => {
  const { put, offer, settle, slot, store, stored } = await behind({ unsaved: unsaved({}) });
  put(1, 2);
  await offer(0, 1);
  await offer(1, 2);
  await store.open({ group: 'g', ...AT });
  await expect(settle()).rejects.toThrow(StaleOwner);
  expect([slot.heldFrom, await stored()]).toEqual([0, []]);
});

test('over its budget of memory it saves without waiting for more', async () => {
  const { put, offer } = await behind({ unsaved: unsaved({}), budget: new StateBudget(50) });
  put(1, 2);
  expect(await offer(0, 1)).toMatchObject({ held: false });
});

test('a batch that fails takes what is unsaved with it: it is read again from there, and counted once', async () => {
  const send = jest.fn(async () => undefined);
  const { put, offer, settle, stored, slot } = await behind({ unsaved: unsaved({}), producer: { send, close: async () => undefined } });
  put(1, 2, 3);
  await offer(0, 1);
  send.mockRejectedValueOnce(new LogUnavailable('down'));
  await expect(offer(1, 2)).rejects.toMatchObject({ name: 'Rewound', offset: 0, cause: expect.any(LogUnavailable) as unknown });
  expect(slot.nextOffset).toBe(0);
  expect(await offer(1, 3)).toEqual({ kind: 'seek', offset: 0 });
  await offer(0, 3);
  await settle();
  expect(await stored()).toEqual([1, 2, 3]);
});

test('a failure with nothing unsaved before it is the same batch again', async () => {
  const send = jest.fn(async () => undefined);
  const { put, offer } = await behind({ unsaved: unsaved({}), producer: { send, close: async () => undefined } });
  put(1, 2);
  send.mockRejectedValueOnce(new LogUnavailable('down'));
  await expect(offer(0, 1)).rejects.toThrow(LogUnavailable);
  expect(await offer(0, 2)).toMatchObject({ kind: 'done', held: true });
});

test('closing saves what is unsaved; an owner that was replaced leaves it to the next', async () => {
  const first = await behind({ unsaved: unsaved({}) });
  first.put(1, 2);
  await first.offer(0, 1);
  await first.slot.close();
  expect(await first.stored()).toEqual([1]);
  const second = await behind({ unsaved: unsaved({}) });
  second.put(1, 2);
  await second.offer(0, 1);
  await second.store.open({ group: 'g', ...AT });
  await second.slot.close();
  expect(await second.stored()).toEqual([]);
});

test('of a partition that was let go, no states are told to be in memory', async () => {
  const told: number[] = [];
  const observer = { onStateLost: () => undefined, onFoldFailed: () => undefined, onPhase: () => undefined, onResident: (_at: unknown, states: number, bytes: number) => void told.push(states, bytes) };
  const { put, offer, slot } = await behind({ observer });
  put(1);
  await offer(0, 1);
  await slot.close();
  expect(told).toEqual([1, expect.any(Number), 0, 0]);
});

test('closed in the middle of a batch, nothing of it is saved', async () => {
  let sending: () => void = () => undefined;
  const sent = new Promise<void>((resolve) => (sending = resolve));
  const { put, offer, slot, store } = await behind({ producer: { send: () => sent, close: async () => undefined } });
  put(1);
  const working = offer(0, 1);
  await new Promise((resolve) => setImmediate(resolve));
  await slot.close();
  sending();
  await expect(working).rejects.toThrow(/was closed/);
  expect((await store.open({ group: 'g', ...AT })).nextOffset).toBeNull();
});
