import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import { spreadOf } from '../statistics';
import { produceBacklog, workBacklog, type WorkedBacklog } from './backlog';
import { inRounds, type Suite } from './suite';

const TIMEOUT_MS = 900_000;
/** What the first reads of events, the second takes in. */
const GROUPS = [CONSUMER_GROUPS.bonusActivity, CONSUMER_GROUPS.bonusScorer];

/** (e) One bonus scorer on a backlog of betting events, each of which is evidence for it: how fast, and in how much memory. */
export const scorer: Suite = {
  name: 'scorer',
  about: 'bonus scorer on a backlog of betting events of 50,000 players of one company',
  async run(stack, { rounds, quick, progress }) {
    const events = quick ? 20_000 : 1_000_000;
    const measured: WorkedBacklog[] = [];
    await inRounds(rounds, progress, async (round) => {
      await produceBacklog(stack, `bench-scorer-${Date.now()}-${round}`, events);
      const one = await workBacklog(stack, 'bonus-scorer', stack.layout.ports.bonusScorer, GROUPS, events, TIMEOUT_MS);
      measured.push(one);
      return `${Math.round(one.rate)} events/s, ${Math.round(one.peak)} MiB peak`;
    });
    return [
      { suite: 'scorer', name: 'one process, one company, ready to caught up', unit: 'events/s', spread: spreadOf(measured.map(({ rate }) => rate)), rounds },
      { suite: 'memory', name: 'bonus-scorer at the backlog', unit: 'MiB peak', spread: spreadOf(measured.map(({ peak }) => peak)), rounds, target: { at: 'most', value: 400 } },
    ];
  },
};
