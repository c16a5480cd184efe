import { PartitionSlot } from './partition-slot';
import type { BatchControl, LogBatch, PartitionHandler, Worked } from './port';

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

test('what an owner before had saved and not committed is committed, unless something is held', async () => {
  const answers: Worked[] = [undefined, 'committed'];
  const handler: PartitionHandler = { open: async () => 3, process: async () => 'held', settle: async () => answers.shift(), close: async () => undefined };
  const slot = new PartitionSlot(handler);
  await slot.open(NEVER);
  expect(await slot.offer(batchOf(0, 1), control)).toEqual({ kind: 'done', nextOffset: 3, held: false });
  // The handler did so itself, with a note.
  expect(await slot.offer(batchOf(2), control)).toEqual({ kind: 'done', nextOffset: 3, held: true });
  await slot.offer(batchOf(3), control);
  answers.push(undefined);
  expect(await slot.offer(batchOf(2, 3), control)).toEqual({ kind: 'done', nextOffset: 4, held: true });
  expect([slot.heldFrom, answers.length]).toEqual([3, 1]);
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

test('what is held is told by its first offset until it is settled or a batch is not held', async () => {
  let held = true;
  const settled: string[] = [];
  const handler: PartitionHandler = {
    open: async () => null,
    process: async () => (held ? 'held' : undefined),
    settle: async () => void settled.push('settled'),
    close: async () => undefined,
  };
  const slot = new PartitionSlot(handler);
  await slot.open(NEVER);
  expect(await slot.settle(control)).toBeNull();
  await slot.offer(batchOf(3, 4), control);
  await slot.offer(batchOf(5), control);
  expect(slot.heldFrom).toBe(3);
  expect([await slot.settle(control), slot.heldFrom, settled]).toEqual([6, null, ['settled']]);
  await slot.offer(batchOf(6), control);
  await slot.offer(batchOf(6), control);
  expect(slot.heldFrom).toBe(6);
  held = false;
  await slot.offer(batchOf(7), control);
  expect([slot.heldFrom, await slot.settle(control), settled.length]).toEqual([null, null, 1]);
});

test('what a handler commits by itself is neither held nor committed again', async () => {
  const worked: Worked[] = ['held', 'committed'];
  const slot = new PartitionSlot({ open: async () => null, process: async () => worked.shift(), settle: async () => 'committed', close: async () => undefined });
  await slot.open(NEVER);
  await slot.offer(batchOf(3), control);
  expect([slot.heldFrom, await slot.offer(batchOf(4), control), slot.heldFrom]).toEqual([3, { kind: 'done', nextOffset: 5, held: true }, null]);
  worked.push('held');
  await slot.offer(batchOf(5), control);
  expect([slot.heldFrom, await slot.settle(control), slot.heldFrom]).toEqual([5, null, null]);
});

test('a handler that sees to what it holds by itself is not asked to settle it', async () => {
  const slot = new PartitionSlot({ open: async () => null, process: async () => 'held', close: async () => undefined });
  await slot.open(NEVER);
  await slot.offer(batchOf(3), control);
  expect([await slot.settle(control), slot.heldFrom]).toEqual([null, 3]);
});

test('without a position of its own it goes on from what the group gives', async () => {
  const { slot, worked } = handlerFrom(null);
  await slot.open({ offset: 7, metadata: null });
  await slot.offer(batchOf(7, 8), control);
  expect(worked).toEqual([7, 8]);
  expect(slot.nextOffset).toBe(9);
});
