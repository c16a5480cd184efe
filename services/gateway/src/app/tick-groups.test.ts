import { TickGroups } from './tick-groups';

function scene() {
  const calls: [string, readonly number[]][] = [];
  const groups = new TickGroups<number>((group, items) => calls.push([group, items]));
  return { calls, groups };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('what comes in one turn is one call per group, in order', async () => {
  const { calls, groups } = scene();
  groups.add('a', 1);
  groups.add('b', 2);
  groups.add('a', 3);
  expect(calls).toEqual([]);
  await turn();
  expect(calls).toEqual([['a', [1, 3]], ['b', [2]]]);
});

test('the next turn has calls of its own', async () => {
  const { calls, groups } = scene();
  groups.add('a', 1);
  await turn();
  groups.add('a', 2);
  await turn();
  expect(calls).toEqual([['a', [1]], ['a', [2]]]);
});

test('a crowd is cut into calls that a script can hold, and nobody is lost', async () => {
  const { calls, groups } = scene();
  const crowd = Array.from({ length: 2500 }, (_, index) => index);
  crowd.forEach((item) => groups.add('a', item));
  await turn();
  expect(calls.map(([, items]) => items.length)).toEqual([1000, 1000, 500]);
  expect(calls.flatMap(([, items]) => items)).toEqual(crowd);
});
