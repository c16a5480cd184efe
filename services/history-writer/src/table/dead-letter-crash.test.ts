import { deadLetterTopic, replayMarkHeaders, TOPICS } from '@stakewatch/contracts';
import { deadLetterOf, MemoryLog } from '@stakewatch/runtime';
import { dyingAtEveryStep } from '../../../../tests/crash/at-every-step';
import { type Life, MortalReader } from '../../../../tests/crash/mortal';
import { ByteBudget } from '../block/byte-budget';
import { PartitionWriter } from '../block/partition-writer';
import { MemoryStore } from '../testing/memory-store';
import { recordOf, silentObserver, testCodec } from '../testing/records';
import { DeadLetterWriter } from './dead-letter-writer';
import type { HistoryStore } from './store';

const TOPIC = deadLetterTopic(TOPICS.bettingEvents.name);

test('die at any step: letters and marks of replays are rows once', async () => {
  const codec = await testCodec();
  const steps = await dyingAtEveryStep(async () => {
    const log = new MemoryLog(1);
    const store = new MemoryStore([]);
    for (let n = 0; n < 12; n += 1) {
      // Every third is a mark; the sender of letters crashed before it committed, now and then.
      if (n % 3 === 2) log.append({ topic: TOPIC, key: 'k', value: null, headers: replayMarkHeaders({ topic: TOPICS.bettingEvents.name, partition: 0, offset: n - 1, uuid: null, replayedPartition: 0, replayedFrom: 50, replayedBefore: 51 + n }) });
      else log.append(deadLetterOf(recordOf(Buffer.from('x'), n % 7), 'no', 'velocity-detector'));
    }
    const live = async (life: Life) => {
      const mortal: HistoryStore = { columns: () => store.columns(), existing: (...asked) => life.step(() => store.existing(...asked)), insert: (block) => life.step(() => store.insert(block)), identities: async () => undefined };
      const writer = new DeadLetterWriter(mortal, codec, silentObserver);
      const reader = new MortalReader(log, 'history-writer-records', TOPIC, (at) => new PartitionWriter(at, { writer, budget: new ByteBudget(1e6), limits: { rows: 3, bytes: 1e6 } }), life);
      await reader.readAll(5);
    };
    return {
      live,
      check(diedAt) {
        const letters = store.rows.filter((row) => 'service' in row).map(({ offset }) => offset as number);
        const marks = store.rows.filter((row) => 'replayed_before' in row).map(({ replayed_before }) => replayed_before as number);
        expect([diedAt, letters.sort((a, b) => a - b), marks.sort((a, b) => a - b)]).toEqual([diedAt, [0, 1, 2, 3, 4, 6], [53, 56, 59, 62]]);
      },
    };
  });
  expect(steps).toBeGreaterThan(30);
}, 120_000);
