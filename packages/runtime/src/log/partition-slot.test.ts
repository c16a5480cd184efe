import { PartitionSlot } from './partition-slot';
import type { BatchControl, LogBatch, PartitionHandler } from './port';

const control: BatchControl = { isOwner: () => true, heartbeat: async () => undefined, commit: async () => undefined };

function batchOf(...offsets: number[]): LogBatch {
  const at = { topic: 't', partition: 0 };
  return { ...at, highWatermark: 100, records: offsets.map((offset) => ({ ...at, offset, timestamp: 0, key: null, value: null, headers: {} })) };
}

function handlerFrom(start: number | null) {
  const worked: number[] = [];
  const handler: PartitionHandler = {
    open: async () => start,
    process: async ({ records }) => void worked.push(...records.map(({ offset }) => offset)),
    close: async () => undefined,
  };
  return { slot: new PartitionSlot(handler), worked };
}

const NEVER = { offset: null, metadata: null };

test('records before the position saved with the state are not worked again', async () => {
  const { slot, worked } = handlerFrom(3);
  await slot.open(NEVER);
  expect(await slot.offer(batchOf(1, 2, 3, 4), control)).toEqual({ kind: 'done', nextOffset: 5, held: false });
  expect(worked).toEqual([3, 4]);
});

test('a batch wholly before the position is known already', async () => {
  const { slot, worked } = handlerFrom(3);
  await slot.open(NEVER);
  expect(await slot.offer(batchOf(0, 1), control)).toEqual({ kind: 'done', nextOffset: 3, held: true });
  expect(worked).toEqual([]);
});

test('when Kafka is ahead of the state, the log is read from the state', async () => {
  const { slot, worked } = handlerFrom(3);
  await slot.open(NEVER);
  expect(await slot.offer(batchOf(7, 8), control)).toEqual({ kind: 'seek', offset: 3 });
  expect(await slot.offer(batchOf(3, 4), control)).toEqual({ kind: 'done', nextOffset: 5, held: false });
  expect(worked).toEqual([3, 4]);
});

test('records that are gone from the log are passed over after one seek', async () => {
  const { slot, worked } = handlerFrom(3);
  await slot.open(NEVER);
  await slot.offer(batchOf(7, 8), control);
  expect(await slot.offer(batchOf(7, 8), control)).toEqual({ kind: 'done', nextOffset: 9, held: false });
  expect(worked).toEqual([7, 8]);
});

test('without a position of its own it goes on from what the group gives', async () => {
  const { slot, worked } = handlerFrom(null);
  await slot.open({ offset: 7, metadata: null });
  await slot.offer(batchOf(7, 8), control);
  expect(worked).toEqual([7, 8]);
  expect(slot.nextOffset).toBe(9);
});
