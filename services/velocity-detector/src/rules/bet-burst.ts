import { count, defineRule } from '@stakewatch/rules';

/** Flags betting at a pace that only a program keeps. */
export const betBurst = defineRule({
  id: 'bet-burst',
  version: 1,
  title: 'Bet burst',
  description: 'More bets in a minute than a person places: a bot, or an operator replaying requests.',
  per: 'player',
  on: ['BET_PLACED'],
  facts: { bets: count({ of: 'BET_PLACED', within: '1m' }) },
  when: 'bets > limit',
  settings: { limit: 40 },
  allowed: { limit: { type: 'integer', unit: 'bets', min: 1, max: 10_000 } },
  outcome: { severity: 'medium', score: 30, tags: ['velocity', 'automation'] },
  examples: [
    { name: 'forty bets in a minute', given: [{ type: 'BET_PLACED', repeat: 40 }], then: 'silent' },
    { name: 'forty-one bets in a minute', given: [{ type: 'BET_PLACED', repeat: 41 }], then: 'alert' },
    { name: 'a hundred bets, one every two seconds', given: [{ type: 'BET_PLACED', after: '2s', repeat: 100 }], then: 'silent' },
  ],
});
