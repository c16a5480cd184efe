import { PartitionSlot } from '../log/partition-slot';
import { type CommittedOffset, Retriable } from '../log/port';
import { publishedUntil } from './published-until';
import { statefulHandler } from './stateful-handler';
import { AT, setUp } from './test-support/adding-consumer';

test('a lost state is rebuilt from the log, in silence up to where the group was', async () => {
  const { log, store, lost, consume, put, outputs } = setUp();
  put(1, 2);
  const first = await consume();
  await log.settle();
  await first.close();
  await store.clear({ group: 'g', topic: 'betting.events.v1', partition: 0 });
  put(4);
  const second = await consume();
  await second.settle();
  expect(lost).toEqual([0]);
  expect(outputs()).toEqual(['k=1', 'k=3', 'k=7']);
});

/** Offers of a rebuild: 1, 2, 3, 4 are in the log, and the group has committed up to `committed`. */
async function rebuilding(committed: CommittedOffset) {
  const commits: CommittedOffset[] = [];
  const shared = setUp();
  shared.put(1, 2, 3, 4);
  const takeOver = async (since: CommittedOffset, commit = async (offset: number, metadata?: string) => void commits.push({ offset, metadata: metadata ?? null })) => {
    const slot = new PartitionSlot(statefulHandler(await shared.options())(AT));
    await slot.open(since);
    return (from: number, to: number) => slot.offer({ ...AT, records: shared.log.records(AT.topic).slice(from, to), highWatermark: 4 }, { isOwner: () => true, heartbeat: async () => undefined, commit });
  };
  const stored = async () => [...((await shared.store.load({ group: 'g', ...AT }, ['k']))[0] ?? [])];
  return { ...shared, commits, takeOver, stored, offer: await takeOver(committed) };
}

test('an owner that dies in the middle of a rebuild leaves it to the next how far there is nothing to say', async () => {
  const { offer, takeOver, commits, outputs, stored } = await rebuilding({ offset: 3, metadata: null });
  expect(await offer(0, 1)).toMatchObject({ held: true });
  expect([await stored(), outputs(), commits.map(({ offset }) => offset)]).toEqual([[1], [], [1]]);
  const next = await takeOver(commits[0] as CommittedOffset);
  expect(await next(1, 2)).toMatchObject({ held: true });
  expect(await next(2, 4)).toMatchObject({ held: false });
  expect([await stored(), outputs()]).toEqual([[1, 2, 3, 4], ['k=10']]);
});

test('what was saved by an owner that died before it committed so is committed by the next, with the note of how far there is nothing to say', async () => {
  const { takeOver, commits, outputs } = await rebuilding({ offset: 3, metadata: null });
  const dying = await takeOver({ offset: 3, metadata: null }, () => Promise.reject(new Retriable('no broker')));
  await dying(0, 2);
  const next = await takeOver({ offset: 1, metadata: '{"published_until":3}' });
  expect(await next(1, 2)).toMatchObject({ held: true, nextOffset: 2 });
  expect([commits.map(({ offset }) => offset), commits.map(publishedUntil)]).toEqual([[2], [3]]);
  expect(await next(2, 4)).toMatchObject({ held: false });
  const last = await takeOver({ offset: 3, metadata: null });
  expect(await last(2, 4)).toMatchObject({ held: false, nextOffset: 4 });
  expect([commits.length, outputs()]).toEqual([1, ['k=10']]);
});

test('a state that lost its newest writes catches up in silence', async () => {
  const { offer, takeOver, outputs, stored } = await rebuilding({ offset: null, metadata: null });
  await offer(0, 2);
  const next = await takeOver({ offset: 3, metadata: 'set by hand' });
  expect(await next(2, 4)).toMatchObject({ held: false });
  expect([await stored(), outputs()]).toEqual([[1, 2, 3, 4], ['k=1', 'k=3', 'k=10']]);
});

test('how far a rebuild is may fail to be committed: nothing counts twice', async () => {
  const { takeOver, outputs, stored } = await rebuilding({ offset: 4, metadata: null });
  const offer = await takeOver({ offset: 4, metadata: null }, () => Promise.reject(new Retriable('no broker')));
  expect(await offer(0, 2)).toMatchObject({ held: true, nextOffset: 2 });
  expect(await offer(2, 4)).toMatchObject({ held: true, nextOffset: 4 });
  expect([await stored(), outputs()]).toEqual([[1, 2, 3, 4], []]);
});

test('what a rebuild holds is settled in silence, and how far it is stays noted', async () => {
  const commits: CommittedOffset[] = [];
  const control = { isOwner: () => true, heartbeat: async () => undefined, commit: async (offset: number, metadata?: string) => void commits.push({ offset, metadata: metadata ?? null }) };
  const shared = setUp({ unsaved: { records: Infinity, states: Infinity, ms: Infinity } });
  shared.put(1, 2, 3, 4);
  const slot = new PartitionSlot(statefulHandler(await shared.options())(AT));
  await slot.open({ offset: 3, metadata: null });
  const offer = (from: number, to: number) => slot.offer({ ...AT, records: shared.log.records(AT.topic).slice(from, to), highWatermark: 4 }, control);
  await offer(0, 2);
  expect([await slot.settle(control), commits.map(({ offset }) => offset), commits.map(publishedUntil)]).toEqual([null, [2], [3]]);
  await offer(2, 4);
  expect([await slot.settle(control), commits.length, shared.outputs()]).toEqual([4, 1, ['k=10']]);
});
