import { setTimeout as delay } from 'node:timers/promises';
import { LagWatch } from './lag-watch';
import type { LogAdmin, TopicPartition } from './port';

const TOPIC = 'betting.events.v1';
const at = (partition: number): TopicPartition => ({ topic: TOPIC, partition });

/** A log whose partitions 0 and 1 end at 10 and begin at 3; of partition 0 records before 4 are committed, of partition 1 nothing. */
function watchOf(assigned: () => readonly TopicPartition[], isDown = () => false) {
  const told: (readonly [number, number | null])[] = [];
  const admin = {
    offsets: async () => [0, 1].map((partition) => ({ partition, first: 3, next: 10 })),
    committed: async () => {
      if (isDown()) throw new Error('down');
      return [{ partition: 0, offset: 4, metadata: null }, { partition: 1, offset: null, metadata: null }];
    },
  } as unknown as LogAdmin;
  return { told, watch: new LagWatch(admin, { group: 'g', everyMs: 1, assigned, tell: ({ partition }, records) => void told.push([partition, records]) }) };
}

test('lag is told without a batch that is done, for assigned partitions only; where nothing is committed it is all that the log has', async () => {
  let assigned = [at(0), at(1)];
  const { told, watch } = watchOf(() => assigned);
  while (told.length < 2) await delay(1);
  expect(told.slice(0, 2)).toEqual([[0, 6], [1, 7]]);
  assigned = [at(1)];
  while (!told.some(([, records]) => records === null)) await delay(1);
  expect(told.filter(([, records]) => records === null)).toEqual([[0, null]]);
  await watch.close();
  expect(told.at(-1)).toEqual([1, 7]);
});

test('while the broker does not answer nothing is told, and it is asked again', async () => {
  let questions = 0;
  const { told, watch } = watchOf(() => [at(0)], () => (questions += 1) < 3);
  while (told.length === 0) await delay(1);
  expect(questions).toBeGreaterThanOrEqual(3);
  expect(told[0]).toEqual([0, 6]);
  await watch.close();
});
