import { type CommitOffset, DeferredCommits } from './deferred-commits';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const at = (partition: number, offset: number): CommitOffset => ({ topic: 't', partition, offset });
const unexpected = (error: unknown): never => {
  throw error;
};

function recorded(answer: () => Promise<void> = async () => undefined) {
  const calls: (readonly CommitOffset[])[] = [];
  const commits = new DeferredCommits(
    100,
    (offsets) => {
      calls.push(offsets);
      return answer();
    },
    (error) => error === 'down',
    unexpected,
  );
  return { calls, commits };
}

test('the newest offset of each partition is committed, in one request an interval', async () => {
  const { calls, commits } = recorded();
  commits.add(at(0, 1));
  commits.add(at(1, 7));
  commits.add(at(0, 5));
  await jest.advanceTimersByTimeAsync(99);
  expect(calls).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(calls).toEqual([[at(0, 5), at(1, 7)]]);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(calls).toHaveLength(1);
});

test('a commit that fails is tried again, with what came in between', async () => {
  let down = true;
  const { calls, commits } = recorded(() => (down ? Promise.reject('down') : Promise.resolve()));
  commits.add(at(0, 1));
  await jest.advanceTimersByTimeAsync(100);
  commits.add(at(1, 2));
  down = false;
  await jest.advanceTimersByTimeAsync(100);
  expect(calls).toEqual([[at(0, 1)], [at(0, 1), at(1, 2)]]);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(calls).toHaveLength(2);
});

test('an offset that is passed while its commit is under way is committed too', async () => {
  let done: () => void = () => undefined;
  const { calls, commits } = recorded(() => new Promise((resolve) => (done = resolve)));
  commits.add(at(0, 1));
  await jest.advanceTimersByTimeAsync(100);
  commits.add(at(0, 2));
  done();
  await jest.advanceTimersByTimeAsync(100);
  expect(calls).toEqual([[at(0, 1)], [at(0, 2)]]);
});

test('a partition that was lost is not committed', async () => {
  const { calls, commits } = recorded();
  commits.add(at(0, 1));
  commits.add(at(1, 1));
  commits.forget(at(0, 9));
  await jest.advanceTimersByTimeAsync(100);
  expect(calls).toEqual([[at(1, 1)]]);
});

test('closing commits what is pending, once', async () => {
  const { calls, commits } = recorded(() => Promise.reject('down'));
  commits.add(at(0, 3));
  await commits.close();
  expect(calls).toEqual([[at(0, 3)]]);
  await jest.advanceTimersByTimeAsync(1_000);
  expect(calls).toHaveLength(1);
});

test('an error that nothing mends is told', async () => {
  const told: unknown[] = [];
  const commits = new DeferredCommits(100, () => Promise.reject('bug'), (error) => error === 'down', (error) => told.push(error));
  commits.add(at(0, 3));
  await commits.close();
  expect(told).toEqual(['bug']);
});
