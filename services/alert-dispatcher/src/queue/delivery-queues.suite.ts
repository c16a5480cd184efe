import { StaleOwner } from '@stakewatch/runtime';
import { aDelivery } from '../testing/samples';
import { type DeliveryQueues, type Entry, type OpenedQueue, QueueLost, type QueueName } from './port';

const NOW = 1_790_000_000_000;

/** What every store of delivery queues must do; run on memory and on Redis. */
export function deliveryQueuesSuite(create: () => Promise<DeliveryQueues>): void {
  let queues: DeliveryQueues;
  let queue: QueueName;
  let partition = 0;
  let opened: OpenedQueue;

  beforeEach(async () => {
    queues = await create();
    queue = { topic: 'alerts.v1', partition: (partition += 1) };
    opened = await queues.open(queue);
  });

  const accept = (entries: readonly Entry[], expectedOffset: number | null, nextOffset: number, epoch = opened.epoch, nowMs = NOW) =>
    queues.accept(queue, { epoch, expectedOffset, nextOffset, entries, nowMs, rememberUntilMs: nowMs + 1_000 });
  const due = (id: string, dueMs = NOW, endpointId = 'we_a'): Entry => ({ kind: 'due', dueMs, recordedMs: NOW, delivery: aDelivery({ id, endpointId }) });
  const leased = (id: string, token = 't', untilMs = NOW + 30_000): Entry => ({ kind: 'leased', token, untilMs, recordedMs: NOW, delivery: aDelivery({ id }) });
  const lease = (nowMs: number, token = 't', limit = 10, epoch = opened.epoch, endpointId = 'we_a') => queues.lease(queue, { epoch, endpointId, token, nowMs, untilMs: nowMs + 30_000, limit });
  const finish = (id: string, token: string, next: { kind: 'done'; rememberUntilMs: number } | { kind: 'due'; dueMs: number; attempts: number }, notices = [] as ReturnType<typeof aDelivery>[]) =>
    queues.finish(queue, { delivery: aDelivery({ id }), token, next, notices, nowMs: NOW });

  test('a new partition has neither offset nor deliveries', () => {
    expect(opened).toMatchObject({ nextOffset: null, rebuildUntil: null, heads: [] });
  });

  test('what was accepted is there for the next owner, with the offset', async () => {
    const answer = await accept([due('a', NOW + 5), due('b', NOW + 3), due('c', NOW, 'we_b')], null, 7);
    expect(answer).toMatchObject({ added: 3, heads: [{ endpointId: 'we_a', dueMs: NOW + 3, count: 2 }, { endpointId: 'we_b', dueMs: NOW, count: 1 }] });
    const next = await queues.open(queue);
    expect(next.nextOffset).toBe(7);
    expect(next.epoch).toBeGreaterThan(opened.epoch);
    expect([...next.heads].sort((x, y) => (x.endpointId < y.endpointId ? -1 : 1))).toEqual(answer.heads);
  });

  test('a delivery is added once: not while pending, not while remembered as done, again after that', async () => {
    await accept([due('a'), { kind: 'settled', delivery: aDelivery({ id: 's' }) }], null, 1);
    expect((await accept([due('a'), due('s')], 1, 2)).added).toBe(0);
    await lease(NOW);
    await finish('a', 't', { kind: 'done', rememberUntilMs: NOW + 1_000 });
    expect((await accept([due('a')], 2, 3)).added).toBe(0);
    expect((await accept([due('a'), due('s')], 3, 4, opened.epoch, NOW + 1_001)).added).toBe(2);
  });

  test('the same acceptance sent twice adds nothing, and answers the same leases', async () => {
    const first = await accept([leased('a'), due('b')], null, 2);
    const again = await accept([leased('a'), due('b')], null, 2);
    expect([...first.leased]).toEqual(['t']);
    expect(again).toMatchObject({ added: 0, leased: first.leased, heads: first.heads });
  });

  test('a known delivery is not leased again by its redelivery', async () => {
    await accept([leased('a', 'first')], null, 1);
    expect([...(await accept([leased('a', 'second')], 1, 2)).leased]).toEqual([]);
  });

  test('a delivery that comes twice in one acceptance is leased once', async () => {
    const answer = await accept([leased('a', 'first'), leased('a', 'second')], null, 2);
    expect([...answer.leased]).toEqual(['first']);
    expect(answer.added).toBe(1);
  });

  test('an older owner, and one with another offset, changes nothing', async () => {
    await accept([], null, 3);
    await expect(accept([due('a')], 2, 4)).rejects.toThrow(StaleOwner);
    const newer = await queues.open(queue);
    await expect(accept([due('a')], 3, 4)).rejects.toThrow(StaleOwner);
    await expect(lease(NOW)).rejects.toThrow(StaleOwner);
    expect((await accept([due('b')], 3, 4, newer.epoch)).heads).toEqual([{ endpointId: 'we_a', dueMs: NOW, count: 1 }]);
  });

  test('leases what is due, oldest first, within the limit; nobody else gets it until the lease ends', async () => {
    await accept([due('late', NOW + 10), due('b', NOW - 1), due('a', NOW - 2), due('c', NOW)], null, 1);
    const first = await lease(NOW, 'x', 2);
    expect(first.deliveries.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(first.head).toEqual({ endpointId: 'we_a', dueMs: NOW, count: 4 });
    expect((await lease(NOW, 'y')).deliveries.map(({ id }) => id)).toEqual(['c']);
    expect((await lease(NOW, 'z')).deliveries).toEqual([]);
    expect((await lease(NOW + 30_000, 'z')).deliveries.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c', 'late']);
  });

  test('gives back the whole delivery', async () => {
    const delivery = aDelivery({ id: 'a', attempts: 3, body: '{"é":"\\u0000 ✓"}' });
    await accept([{ kind: 'due', dueMs: NOW, recordedMs: NOW, delivery }], null, 1);
    expect((await lease(NOW)).deliveries).toEqual([delivery]);
  });

  test('what failed is due again with its attempts; what is done is gone', async () => {
    await accept([leased('a'), leased('b')], null, 1);
    expect((await finish('a', 't', { kind: 'due', dueMs: NOW + 9, attempts: 1 })).heads).toEqual([{ endpointId: 'we_a', dueMs: NOW + 9, count: 2 }]);
    expect((await finish('b', 't', { kind: 'done', rememberUntilMs: NOW + 1_000 })).heads).toEqual([{ endpointId: 'we_a', dueMs: NOW + 9, count: 1 }]);
    expect((await lease(NOW + 9)).deliveries).toMatchObject([{ id: 'a', attempts: 1 }]);
  });

  test('only the holder of the lease may finish, also when the partition has a newer owner', async () => {
    await accept([leased('a', 'mine')], null, 1);
    await queues.open(queue);
    expect((await finish('a', 'other', { kind: 'done', rememberUntilMs: NOW })).finished).toBe(false);
    expect((await finish('a', 'mine', { kind: 'done', rememberUntilMs: NOW + 1_000 })).finished).toBe(true);
    expect((await finish('a', 'mine', { kind: 'done', rememberUntilMs: NOW + 1_000 })).finished).toBe(false);
    expect((await queues.open(queue)).heads).toEqual([]);
  });

  test('notices enter with the step that gives rise to them, once', async () => {
    await accept([leased('a'), leased('b')], null, 1);
    const notice = aDelivery({ id: 'n', endpointId: 'we_b' });
    const first = await finish('a', 't', { kind: 'due', dueMs: NOW + 9, attempts: 1 }, [notice]);
    expect(first.heads).toEqual([{ endpointId: 'we_a', dueMs: NOW + 9, count: 2 }, { endpointId: 'we_b', dueMs: NOW, count: 1 }]);
    const second = await finish('b', 't', { kind: 'due', dueMs: NOW + 9, attempts: 1 }, [notice]);
    expect(second.heads[1]).toEqual({ endpointId: 'we_b', dueMs: NOW, count: 1 });
  });

  test('a notice to the very endpoint goes before all that waits for it', async () => {
    await accept([leased('a'), due('b', NOW - 50)], null, 1);
    const { heads } = await finish('a', 't', { kind: 'due', dueMs: NOW + 9, attempts: 1 }, [aDelivery({ id: 'n' })]);
    expect(heads.at(-1)).toEqual({ endpointId: 'we_a', dueMs: 0, count: 3 });
    expect((await lease(NOW, 't', 1)).deliveries.map(({ id }) => id)).toEqual(['n']);
  });

  test('tells how old the oldest record is of which something waits, whatever became of it meanwhile; notices have none', async () => {
    const at = (id: string, recordedMs: number): Entry => ({ kind: 'due', dueMs: NOW, recordedMs, delivery: aDelivery({ id }) });
    expect((await accept([{ kind: 'settled', delivery: aDelivery({ id: 's' }) }], null, 1)).waitingSinceMs).toBeNull();
    expect((await accept([at('b', NOW - 5), at('a', NOW - 7), { ...leased('c'), recordedMs: NOW - 6 } as Entry], 1, 2)).waitingSinceMs).toBe(NOW - 7);
    await lease(NOW);
    await finish('a', 't', { kind: 'due', dueMs: NOW + 9, attempts: 1 });
    expect((await accept([at('a', NOW)], 2, 3)).waitingSinceMs).toBe(NOW - 7);
    await lease(NOW + 9);
    await finish('a', 't', { kind: 'done', rememberUntilMs: NOW + 1_000 });
    expect((await accept([], 3, 4)).waitingSinceMs).toBe(NOW - 6);
    await finish('b', 't', { kind: 'done', rememberUntilMs: NOW + 1_000 }, [aDelivery({ id: 'n' })]);
    await finish('c', 't', { kind: 'done', rememberUntilMs: NOW + 1_000 });
    expect((await accept([], 4, 5)).waitingSinceMs).toBeNull();
    await accept([at('d', NOW)], 5, 6);
    await queues.forget(queue);
    opened = await queues.open(queue);
    expect((await accept([], null, 1)).waitingSinceMs).toBeNull();
  });

  test('rebuild mark is kept', async () => {
    await queues.accept(queue, { epoch: opened.epoch, expectedOffset: null, nextOffset: 5, rebuildUntil: 90, entries: [], nowMs: NOW, rememberUntilMs: NOW });
    expect(await queues.open(queue)).toMatchObject({ nextOffset: 5, rebuildUntil: 90 });
  });

  test('a forgotten partition is lost for its owner and new for the next, whose epoch the old one never meets', async () => {
    await accept([due('a')], null, 1);
    expect(await queues.position(queue)).toEqual({ epoch: opened.epoch, nextOffset: 1 });
    await queues.forget(queue);
    expect(await queues.position(queue)).toBeNull();
    await expect(lease(NOW)).rejects.toThrow(QueueLost);
    await expect(accept([], 1, 2)).rejects.toThrow(StaleOwner);
    const next = await queues.open(queue);
    expect(next).toMatchObject({ nextOffset: null, heads: [] });
    expect(next.epoch).toBeGreaterThan(opened.epoch);
  });
}
