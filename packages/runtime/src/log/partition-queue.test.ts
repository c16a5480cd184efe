import fc from 'fast-check';
import { PartitionQueue } from './partition-queue';
import type { LogBatch, LogRecord } from './port';

const at = { topic: 't', partition: 0 };
const record = (offset: number): LogRecord => ({ ...at, offset, timestamp: 0, key: null, value: null, headers: {} });
const batch = (from: number, to: number): LogBatch => ({ ...at, records: Array.from({ length: to - from }, (_, index) => record(from + index)), highWatermark: to });
const offsetsOf = ({ records }: LogBatch): number[] => records.map(({ offset }) => offset);

const limits = { batchRecords: 250, batchBytes: 1_000, roomRecords: 1_000, roomBytes: 4_000, idleMs: 5 };
const settle = async (): Promise<boolean> => true;

/** Work that ends when it is told how. */
function worker() {
  const worked: number[][] = [];
  const ends: ((done: boolean) => void)[] = [];
  const ended = () => new Promise<boolean>((resolve) => ends.push(resolve));
  const queue = new PartitionQueue(at, limits, {
    work(batch) {
      worked.push(offsetsOf(batch));
      return ended();
    },
    settle() {
      worked.push([]);
      return ended();
    },
  });
  const end = async (done = true): Promise<void> => {
    ends.shift()?.(done);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { queue, worked, end };
}

test('what comes while a batch is worked is the next batch', async () => {
  const { queue, worked, end } = worker();
  queue.add(batch(0, 2));
  queue.add(batch(2, 3));
  queue.add(batch(3, 5));
  expect(worked).toEqual([[0, 1]]);
  await end();
  expect(worked).toEqual([[0, 1], [2, 3, 4]]);
});

test('records that were taken in before are left out, also while they wait', async () => {
  const { queue, worked, end } = worker();
  queue.add(batch(0, 2));
  queue.add(batch(2, 4));
  queue.add(batch(0, 5));
  await end();
  await end();
  queue.add(batch(3, 6));
  expect(worked).toEqual([[0, 1], [2, 3, 4], [5]]);
});

test('when a batch will be read again, what is queued behind it is let go, and comes again with it', async () => {
  const { queue, worked, end } = worker();
  queue.add(batch(4, 6));
  queue.add(batch(6, 9));
  await end(false);
  expect(worked).toEqual([[4, 5]]);
  queue.add(batch(4, 9));
  expect(worked).toEqual([[4, 5], [4, 5, 6, 7, 8]]);
});

test('stopping waits for the work at hand and takes nothing more', async () => {
  const live: (() => boolean)[] = [];
  let end: (done: boolean) => void = () => undefined;
  const work = (_work: LogBatch, isLive: () => boolean): Promise<boolean> => {
    live.push(isLive);
    return new Promise((resolve) => (end = resolve));
  };
  const queue = new PartitionQueue(at, limits, { work, settle });
  queue.add(batch(0, 1));
  queue.add(batch(1, 2));
  expect(live[0]?.()).toBe(true);
  let stopped = false;
  const stopping = queue.stop().then(() => (stopped = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect([stopped, live[0]?.()]).toEqual([false, false]);
  end(true);
  await stopping;
  queue.add(batch(2, 3));
  expect(live).toHaveLength(1);
});

const turn = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test('when nothing comes for a while, what is held is settled once; what comes meanwhile is worked after it', async () => {
  const { queue, worked, end } = worker();
  queue.add(batch(0, 2));
  await turn(2 * limits.idleMs);
  expect(worked).toEqual([[0, 1]]);
  await end();
  await turn(2 * limits.idleMs);
  expect(worked).toEqual([[0, 1], []]);
  queue.add(batch(2, 3));
  expect(worked).toHaveLength(2);
  await end();
  expect(worked).toEqual([[0, 1], [], [2]]);
  await end();
  await turn(2 * limits.idleMs);
  expect(worked).toEqual([[0, 1], [], [2], []]);
  await end();
  await turn(4 * limits.idleMs);
  expect(worked).toHaveLength(4);
});

test('what is settled in vain comes again, and what came meanwhile with it', async () => {
  const { queue, worked, end } = worker();
  queue.add(batch(0, 2));
  await end();
  await turn(2 * limits.idleMs);
  queue.add(batch(2, 3));
  await end(false);
  expect(worked).toEqual([[0, 1], []]);
  queue.add(batch(0, 3));
  expect(worked).toEqual([[0, 1], [], [0, 1, 2]]);
});

test('a queue that was stopped settles nothing, and stopping waits for what is being settled', async () => {
  const { queue, worked, end } = worker();
  queue.add(batch(0, 2));
  await end();
  await queue.stop();
  await turn(2 * limits.idleMs);
  expect(worked).toEqual([[0, 1]]);
  const other = worker();
  other.queue.add(batch(0, 2));
  await other.end();
  await turn(2 * limits.idleMs);
  let stopped = false;
  const stopping = other.queue.stop().then(() => (stopped = true));
  await turn(1);
  expect([other.worked, stopped]).toEqual([[[0, 1], []], false]);
  await other.end();
  await stopping;
});

test('a full queue says so, until there is room', async () => {
  const { queue, end } = worker();
  queue.add(batch(0, 1));
  queue.add(batch(1, 1001));
  expect(queue.isFull).toBe(true);
  const room = queue.room(60_000);
  await end();
  await room;
  expect(queue.isFull).toBe(false);
});

test('whatever the order of arrivals and turns, each record is worked once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.record({ size: fc.integer({ min: 1, max: 5 }), turns: fc.integer({ min: 0, max: 4 }) }), { maxLength: 30 }), fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 10 }), async (arrivals, work) => {
      const worked: number[] = [];
      let batches = 0;
      const takeTurns = async (): Promise<boolean> => {
        for (let turn = work[(batches += 1) % work.length] as number; turn > 0; turn -= 1) await Promise.resolve();
        return true;
      };
      const queue = new PartitionQueue(at, { ...limits, idleMs: 0 }, {
        work(taken) {
          worked.push(...offsetsOf(taken));
          return takeTurns();
        },
        settle: takeTurns,
      });
      let next = 0;
      for (const { size, turns } of arrivals) {
        queue.add(batch(next, next + size));
        next += size;
        for (let turn = turns; turn > 0; turn -= 1) await Promise.resolve();
      }
      await new Promise((resolve) => setImmediate(resolve));
      await queue.stop();
      expect(worked).toEqual(Array.from({ length: next }, (_, index) => index));
    }),
    { seed: 5 },
  );
});

test('a batch ends at its bytes too, but takes one record however large', async () => {
  const { queue, worked, end } = worker();
  const sized = (offset: number, bytes: number): LogRecord => ({ ...record(offset), value: Buffer.alloc(bytes) });
  queue.add({ ...at, highWatermark: 9, records: [sized(0, 1)] });
  queue.add({ ...at, highWatermark: 9, records: [sized(1, 600), sized(2, 400), sized(3, 1), sized(4, 5_000), sized(5, 1)] });
  expect(queue.isFull).toBe(true);
  for (let batches = 0; batches < 5; batches += 1) await end();
  expect(worked).toEqual([[0], [1, 2], [3], [4], [5]]);
  expect(queue.isFull).toBe(false);
});
