import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { spreadOf } from '../statistics';
import { caughtUp, produceBacklog } from './backlog';
import { inRounds, type Suite } from './suite';

/** (b) One velocity detector with the whole built-in library on a backlog of a million events over 50,000 players. */
export const detector: Suite = {
  name: 'detector',
  about: 'velocity detector on a backlog of a million events over 50,000 players',
  async run(stack, { rounds, quick, progress }) {
    const events = quick ? 50_000 : 1_000_000;
    const rates: number[] = [];
    const peaks: number[] = [];
    await inRounds(rounds, progress, async (round) => {
      const company = `bench-detector-${Date.now()}-${round}`.slice(0, 40);
      await produceBacklog(stack, company, events);
      const started = await stack.start('velocity-detector', stack.layout.ports.velocityDetector);
      const from = performance.now();
      const until = await caughtUp(stack, CONSUMER_GROUPS.velocityDetector, 300_000);
      rates.push(events / ((until - from) / 1000));
      peaks.push(started.memory().peak / 1_048_576);
      await started.stop();
      return `${Math.round(rates.at(-1) as number)} events/s, ${Math.round(peaks.at(-1) as number)} MiB peak`;
    });
    return [
      { suite: 'detector', name: 'one process, whole library, ready to caught up', unit: 'events/s', spread: spreadOf(rates), rounds, target: { at: 'least', value: 60_000 } },
      { suite: 'memory', name: 'velocity-detector at the backlog', unit: 'MiB peak', spread: spreadOf(peaks), rounds, target: { at: 'most', value: 400 } },
    ];
  },
};
