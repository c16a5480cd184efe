import { TickBatcher } from './tick-batcher';

/** Calls that the test answers by hand. */
function scene() {
  const calls: { group: string; items: readonly number[]; answer(): void; fail(error: Error): void }[] = [];
  const batcher = new TickBatcher<number, number>(
    (group, items) => new Promise((resolve, reject) => calls.push({ group, items, answer: () => resolve(items.map((item) => item * 10)), fail: reject })),
  );
  return { calls, batcher };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what is asked in one turn is one call per group, answered in order', async () => {
  const { calls, batcher } = scene();
  const answers = Promise.all([batcher.ask('a', 1), batcher.ask('b', 2), batcher.ask('a', 3)]);
  await turn();
  expect(calls.map(({ group, items }) => [group, items])).toEqual([['a', [1, 3]], ['b', [2]]]);
  calls.forEach(({ answer }) => answer());
  expect(await answers).toEqual([10, 20, 30]);
});

test('a call under way keeps nobody waiting', async () => {
  const { calls, batcher } = scene();
  const first = batcher.ask('a', 1);
  await turn();
  const second = batcher.ask('a', 2);
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([[1], [2]]);
  calls[1]?.answer();
  expect(await second).toBe(20);
  calls[0]?.answer();
  expect(await first).toBe(10);
});

test('a failure reaches those who asked, and nobody after them', async () => {
  const { calls, batcher } = scene();
  const first = batcher.ask('a', 1);
  await turn();
  calls[0]?.fail(new Error('down'));
  await expect(first).rejects.toThrow('down');
  const second = batcher.ask('a', 2);
  await turn();
  calls[1]?.answer();
  expect(await second).toBe(20);
});
