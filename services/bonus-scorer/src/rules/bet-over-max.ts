import { defineBonusRule } from './define';

export const betOverMax = defineBonusRule({
  id: 'bonus-bet-over-max',
  title: 'Bet above the maximum while a bonus is active',
  on: ['BET_PLACED', 'finished'],
  when: 'maxBetAmount > 0.0 && (betAmount > maxBetAmount || overMaxBets > allowed)',
  settings: { allowed: 0 },
  allowed: { allowed: { type: 'integer', unit: 'bets', min: 0, max: 10_000 } },
  outcome: { severity: 'high', score: 60, tags: ['limits'], action: 'score', alert: true },
  examples: [
    { given: { status: 'BET_PLACED', betAmount: 6, maxBetAmount: 5, overMaxBets: 1 }, then: 'match' },
    { given: { status: 'BET_PLACED', betAmount: 5, maxBetAmount: 5 }, then: 'silent' },
    { given: { status: 'finished', maxBetAmount: 5, overMaxBets: 1 }, then: 'match' },
    { given: { betAmount: 6 }, then: 'silent' },
  ],
});
