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

test('while a call is under way, what comes is gathered for the next; another group is not kept waiting', async () => {
  const { calls, batcher } = scene();
  const first = batcher.ask('a', 1);
  await turn();
  const later = Promise.all([batcher.ask('a', 2), batcher.ask('a', 3)]);
  const other = batcher.ask('b', 4);
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([[1], [4]]);
  calls[0]?.answer();
  await first;
  await turn();
  expect(calls.map(({ items }) => items)).toEqual([[1], [4], [2, 3]]);
  calls[1]?.answer();
  calls[2]?.answer();
  expect([await other, await later]).toEqual([40, [20, 30]]);
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
