import { type Ending, endWithin } from './ending';

const LIMIT_MS = 25_000;

/** How a service ends, as told and as its exit code says. */
function ending(parts: Partial<Pick<Ending, 'closeConnections' | 'drain'>>) {
  const told: string[] = [];
  void endWithin(LIMIT_MS, {
    closeConnections: async () => undefined,
    drain: async () => undefined,
    ...parts,
    onNotDrained: (error) => void told.push((error as Error).message),
    exit: (code) => void told.push(`exit ${code}`),
  });
  return told;
}

const never = () => new Promise<void>(() => undefined);

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test('what has drained exits with 0', async () => {
  const told = ending({});
  await jest.advanceTimersByTimeAsync(LIMIT_MS * 2);
  expect(told).toEqual(['exit 0']);
});

test('a drain that waits for a store that hangs is given up when its time is over, and says so', async () => {
  const told = ending({ drain: never });
  await jest.advanceTimersByTimeAsync(LIMIT_MS - 1);
  expect(told).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(told).toEqual(['not drained within 25 s: Kafka, Redis or ClickHouse does not answer', 'exit 1']);
});

test('what could not drain exits with 1', async () => {
  const told = ending({ drain: () => Promise.reject(new Error('gone')) });
  await jest.advanceTimersByTimeAsync(LIMIT_MS * 2);
  expect(told).toEqual(['gone', 'exit 1']);
});

test('connections leave the drain a share of the time', async () => {
  let patience = 0;
  ending({ closeConnections: async (ms) => void (patience = ms) });
  await jest.advanceTimersByTimeAsync(0);
  expect(patience).toBe(15_000);
});
