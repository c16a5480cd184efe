import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { spreadOf } from '../statistics';
import { caughtUp, produceBacklog } from './backlog';
import { inRounds, type Suite } from './suite';

const TIMEOUT_MS = 900_000;

/** (e) One bonus scorer on a backlog of betting events, each of which is evidence for it: how fast, and in how much memory. */
export const scorer: Suite = {
  name: 'scorer',
  about: 'bonus scorer on a backlog of betting events of 50,000 players of one company',
  async run(stack, { rounds, quick, progress }) {
    const events = quick ? 20_000 : 1_000_000;
    const rates: number[] = [];
    const peaks: number[] = [];
    await inRounds(rounds, progress, async (round) => {
      await produceBacklog(stack, `bench-scorer-${Date.now()}-${round}`, events);
      const started = await stack.start('bonus-scorer', stack.layout.ports.bonusScorer);
      const from = performance.now();
      // What the first reads of events, the second takes in.
      let until = from;
      for (const group of [CONSUMER_GROUPS.bonusActivity, CONSUMER_GROUPS.bonusScorer]) until = await caughtUp(stack, group, TIMEOUT_MS);
      rates.push(events / ((until - from) / 1000));
      peaks.push(started.memory().peak / 1_048_576);
      await started.stop();
      return `${Math.round(rates.at(-1) as number)} events/s, ${Math.round(peaks.at(-1) as number)} MiB peak`;
    });
    return [
      { suite: 'scorer', name: 'one process, one company, ready to caught up', unit: 'events/s', spread: spreadOf(rates), rounds },
      { suite: 'memory', name: 'bonus-scorer at the backlog', unit: 'MiB peak', spread: spreadOf(peaks), rounds, target: { at: 'most', value: 400 } },
    ];
  },
};
