import { fork } from 'node:child_process';
import { join } from 'node:path';
import { CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import type { BenchStack } from '../bench-stack';
import { messageOf } from '../load/child-message';
import { ratiosOf, spreadOf } from '../statistics';
import { caughtUp, produceBacklog } from './backlog';
import { inRounds, type Suite } from './suite';

/** The aim's 60,000 events/s of the 326,000 records/s that a bare kafkajs consumer reads on the machine it was set on (docs/performance.md). */
const LEAST_OF_BARE_CONSUMER = 60 / 326;

/** (b) One velocity detector with the whole built-in library on a backlog of a million events over 50,000 players, against a bare consumer that only reads it. */
export const detector: Suite = {
  name: 'detector',
  about: 'velocity detector on a backlog of a million events over 50,000 players',
  async run(stack, { rounds, quick, progress }) {
    const events = quick ? 50_000 : 1_000_000;
    const rates: number[] = [];
    const bare: number[] = [];
    const peaks: number[] = [];
    await inRounds(rounds, progress, async (round) => {
      const company = `bench-detector-${Date.now()}-${round}`.slice(0, 40);
      await produceBacklog(stack, company, events);
      bare.push(await bareConsumerRate(stack));
      const started = await stack.start('velocity-detector', stack.layout.ports.velocityDetector);
      const from = performance.now();
      const until = await caughtUp(stack, CONSUMER_GROUPS.velocityDetector, 300_000);
      rates.push(events / ((until - from) / 1000));
      peaks.push(started.memory().peak / 1_048_576);
      await started.stop();
      return `${Math.round(rates.at(-1) as number)} events/s, bare consumer ${Math.round(bare.at(-1) as number)} records/s, ${Math.round(peaks.at(-1) as number)} MiB peak`;
    });
    return [
      { suite: 'detector', name: 'one process, whole library, ready to caught up', unit: 'events/s', spread: spreadOf(rates), rounds, target: { at: 'least', value: 60_000 } },
      { suite: 'detector', name: 'bare kafkajs consumer that only reads', unit: 'records/s', spread: spreadOf(bare), rounds },
      { suite: 'detector', name: 'detector / bare consumer', unit: 'ratio', spread: ratiosOf(rates, bare), rounds, target: { at: 'least', value: LEAST_OF_BARE_CONSUMER } },
      { suite: 'memory', name: 'velocity-detector at the backlog', unit: 'MiB peak', spread: spreadOf(peaks), rounds, target: { at: 'most', value: 400 } },
    ];
  },
};

/** Records a second that kafkajs alone reads of the topic, in a process of its own. */
async function bareConsumerRate(stack: BenchStack): Promise<number> {
  const topic = TOPICS.bettingEvents.name;
  const admin = await stack.log.admin();
  const records = (await admin.offsets(topic)).reduce((sum, { first, next }) => sum + next - first, 0);
  const child = fork(join(__dirname, '..', 'load', 'bare-consumer.js'), [`127.0.0.1:${stack.layout.ports.kafka}`, topic, String(records)]);
  const seconds = (await messageOf(child, 'the bare consumer')) as number;
  return records / seconds;
}
