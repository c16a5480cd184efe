import { StateBudget } from './owned-states';
import { type KeyedStates, StateCache } from './state-cache';

interface Held {
  bytes: number;
}
const HOUR_MICROS = 3_600_000_000;

/** Inputs are keys; what is stored is a state's size. */
const sized: KeyedStates<string, Held> = {
  keysOf: (key) => [key],
  restore: (_key, bytes) => ({ bytes: bytes?.length ?? 0 }),
  takeWrite: (key, { bytes }) => ({ key, op: 'append', bytes: Buffer.alloc(bytes), ttlMs: 1 }),
  sizeOf: ({ bytes }) => bytes,
};

function cacheOf(limit: number, budget = new StateBudget(limit)) {
  const cache = new StateCache(budget, sized);
  const use = (...keys: string[]) => {
    const missing = cache.touch(keys);
    cache.add(missing, missing.map(() => Buffer.alloc(100)));
    return missing;
  };
  const kept = (...keys: string[]) => keys.filter((key) => cache.get(key) !== undefined);
  return { budget, cache, use, kept };
}

test('what was used since the last trim outlives what was not', () => {
  const { cache, budget, use, kept } = cacheOf(250);
  use('a', 'b');
  cache.saved();
  use('a', 'c');
  cache.saved();
  use('a', 'c');
  cache.saved();
  expect(kept('a', 'b', 'c')).toEqual(['a', 'c']);
  expect(budget.used).toBe(200);
});

test('what every batch uses stays, also where it does not fit the budget, and goes when it is used no more', () => {
  const { cache, budget, use, kept } = cacheOf(150);
  use('a', 'b', 'c');
  cache.saved();
  expect(use('a', 'b', 'c')).toEqual([]);
  cache.saved();
  expect(use('a', 'b', 'c')).toEqual([]);
  cache.saved();
  use('d');
  cache.saved();
  expect(kept('a', 'b', 'c', 'd')).toEqual(['d']);
  expect(budget.used).toBe(100);
});

test('further states are named by what is there, and touched like the others', () => {
  const cache = new StateCache(new StateBudget(1000), { ...sized, furtherKeysOf: (key, states) => [`${key}-${states.get(key)?.bytes ?? 0}`] });
  cache.add(cache.touch(['a']), [Buffer.alloc(7)]);
  expect(cache.touchFurther(['a'])).toEqual(['a-7']);
  cache.add(['a-7'], [null]);
  expect(cache.touchFurther(['a'])).toEqual([]);
  expect(cache.takeWrites(0).map(({ key }) => key)).toEqual(['a', 'a-7']);
});

test('a state that grew is measured anew, and two caches share one budget', () => {
  const { cache, budget, use } = cacheOf(1000);
  const other = cacheOf(1000, budget);
  use('a');
  other.use('a');
  (cache.get('a') as Held).bytes = 300;
  cache.saved();
  expect(budget.used).toBe(400);
  other.cache.clear();
  cache.clear();
  expect(budget.used).toBe(0);
});

test('each state is missing once and written once, however often it is touched between two saves', () => {
  const { cache, use } = cacheOf(1000);
  use('old');
  cache.takeWrites(0);
  cache.saved();
  expect(use('old', 'new', 'old', 'new')).toEqual(['new']);
  expect(use('new')).toEqual([]);
  expect(cache.takeWrites(0).map(({ key }) => key)).toEqual(['old', 'new']);
  cache.saved();
  expect(cache.takeWrites(0)).toEqual([]);
});

test('how long to keep a state is told once a day', () => {
  const { cache, use } = cacheOf(1000);
  const told = (hour: number) => {
    use('a');
    const [write] = cache.takeWrites(hour * HOUR_MICROS);
    cache.saved();
    return write?.ttlMs;
  };
  expect([told(1000), told(1001), told(1023), told(1024), told(1025)]).toEqual([1, undefined, undefined, 1, undefined]);
});
