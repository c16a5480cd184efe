import { fork } from 'node:child_process';
import { join } from 'node:path';
import { CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import type { BenchStack } from '../bench-stack';
import { messageOf } from '../load/child-message';
import { ratiosOf, spreadOf } from '../statistics';
import { produceBacklog, workBacklog, type WorkedBacklog } from './backlog';
import { inRounds, type Suite } from './suite';

/** The aim's 60,000 events/s of the 326,000 records/s that a bare kafkajs consumer reads on the machine it was set on (docs/performance.md). */
const LEAST_OF_BARE_CONSUMER = 60 / 326;

/** (b) One velocity detector with the whole built-in library on a backlog of a million events over 50,000 players, against a bare consumer that only reads it. */
export const detector: Suite = {
  name: 'detector',
  about: 'velocity detector on a backlog of a million events over 50,000 players',
  async run(stack, { rounds, quick, progress }) {
    const sizes = quick ? { warmUp: 20_000, measured: 50_000 } : { warmUp: 300_000, measured: 1_000_000 };
    const run = Date.now();
    const measured: Measured[] = [];
    // A broker that has just started compiles the way of a fetch and of a produce request while it is measured: half of its CPU in the first million.
    progress(`warm-up: ${said(await measure(stack, `bench-detector-${run}-warm`, sizes.warmUp))}`);
    await inRounds(rounds, progress, async (round) => {
      const one = await measure(stack, `bench-detector-${run}-${round}`, sizes.measured);
      measured.push(one);
      return said(one);
    });
    const rates = measured.map(({ rate }) => rate);
    const bare = measured.map(({ bare }) => bare);
    const peaks = measured.map(({ peak }) => peak);
    return [
      { suite: 'detector', name: 'one process, whole library, ready to caught up', unit: 'events/s', spread: spreadOf(rates), rounds, target: { at: 'least', value: 60_000 } },
      { suite: 'detector', name: 'bare kafkajs consumer that only reads', unit: 'records/s', spread: spreadOf(bare), rounds },
      { suite: 'detector', name: 'detector / bare consumer', unit: 'ratio', spread: ratiosOf(rates, bare), rounds, target: { at: 'least', value: LEAST_OF_BARE_CONSUMER } },
      { suite: 'memory', name: 'velocity-detector at the backlog', unit: 'MiB peak', spread: spreadOf(peaks), rounds, target: { at: 'most', value: 400 } },
    ];
  },
};

interface Measured extends WorkedBacklog {
  /** Records a second of the bare consumer. */
  readonly bare: number;
}

const said = ({ rate, bare, peak }: Measured): string => `${Math.round(rate)} events/s, bare consumer ${Math.round(bare)} records/s, ${Math.round(peak)} MiB peak`;

/** A new backlog of one company, read by both, each a new process. */
async function measure(stack: BenchStack, company: string, events: number): Promise<Measured> {
  await produceBacklog(stack, company, events);
  const bare = await bareConsumerRate(stack);
  return { bare, ...(await workBacklog(stack, 'velocity-detector', stack.layout.ports.velocityDetector, [CONSUMER_GROUPS.velocityDetector], events, 300_000)) };
}

/** Records a second that kafkajs alone reads of the topic, in a process of its own. */
async function bareConsumerRate(stack: BenchStack): Promise<number> {
  const topic = TOPICS.bettingEvents.name;
  const admin = await stack.log.admin();
  const records = (await admin.offsets(topic)).reduce((sum, { first, next }) => sum + next - first, 0);
  const child = fork(join(__dirname, '..', 'load', 'bare-consumer.js'), [`127.0.0.1:${stack.layout.ports.kafka}`, topic, String(records)]);
  const seconds = (await messageOf(child, 'the bare consumer')) as number;
  return records / seconds;
}
