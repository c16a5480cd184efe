import { defineBonusRule } from './define';

export const oppositeBets = defineBonusRule({
  id: 'bonus-opposite-bets',
  title: 'Opposite bets by linked accounts on one event',
  on: ['BET_PLACED', 'finished'],
  when: 'oppositeBets > allowed',
  settings: { allowed: 0 },
  allowed: { allowed: { type: 'integer', unit: 'pairs of bets', min: 0, max: 10_000 } },
  outcome: { severity: 'high', score: 70, tags: ['collusion'], action: 'score', alert: true },
  examples: [
    { given: { oppositeBets: 1 }, then: 'match' },
    { given: { oppositeBets: 0, betAmount: 5 }, then: 'silent' },
  ],
});
