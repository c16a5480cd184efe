import { type CachedState, StateBudget, StateCache } from './state-cache';

interface Held {
  bytes: number;
}

function cacheOf(limit: number) {
  const budget = new StateBudget(limit);
  const released: Held[] = [];
  return { budget, released, cache: new StateCache<Held>(budget, ({ bytes }) => bytes, (state) => released.push(state)) };
}

test('what was used since the last trim outlives what was not', () => {
  const { cache, budget, released } = cacheOf(250);
  const [a, b, c] = [{ bytes: 100 }, { bytes: 100 }, { bytes: 100 }];
  cache.add('a', a);
  cache.add('b', b);
  cache.touch('a');
  cache.add('c', c);
  cache.trim();
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([a, undefined, c]);
  expect(released).toEqual([b]);
  expect(budget.used).toBe(200);
});

test('when all were used, the budget holds all the same', () => {
  const { cache, budget } = cacheOf(150);
  for (const key of ['a', 'b', 'c']) {
    cache.add(key, { bytes: 100 });
    cache.touch(key);
  }
  cache.trim();
  expect(cache.size).toBe(1);
  expect(budget.used).toBe(100);
});

test('a state that grew is measured anew, and two caches share one budget', () => {
  const { cache, budget } = cacheOf(1000);
  const other = new StateCache<Held>(budget, ({ bytes }) => bytes);
  const state = { bytes: 100 };
  cache.add('a', state);
  other.add('a', { bytes: 50 });
  state.bytes = 300;
  cache.changed(cache.touched[0] as CachedState<Held>);
  expect(budget.used).toBe(350);
  other.clear();
  cache.clear();
  expect(budget.used).toBe(0);
});

test('a batch touches each state once, whether it was there or came with it', () => {
  const { cache } = cacheOf(1000);
  cache.add('old', { bytes: 1 });
  cache.beginBatch();
  expect([cache.touch('old'), cache.touch('old'), cache.touch('new')]).toEqual([true, true, false]);
  cache.add('new', { bytes: 1 });
  expect(cache.touch('new')).toBe(true);
  expect(cache.touched.map(({ key }) => key)).toEqual(['old', 'new']);
  cache.beginBatch();
  expect(cache.touched).toEqual([]);
});
