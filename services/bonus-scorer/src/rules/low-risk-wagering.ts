import { defineBonusRule } from './define';

export const lowRiskWagering = defineBonusRule({
  id: 'bonus-low-risk-wagering',
  title: 'Wager requirement played off without risk',
  on: ['BET_PLACED', 'finished'],
  when: 'bets >= minBets && (lowOddsShare >= lowOdds || bothSidesShare >= bothSides)',
  settings: { minBets: 5, lowOdds: 0.8, bothSides: 0.3 },
  allowed: {
    minBets: { type: 'integer', unit: 'bets', min: 1, max: 10_000 },
    lowOdds: { type: 'number', unit: 'share of the stakes', min: 0.01, max: 1 },
    bothSides: { type: 'number', unit: 'share of the stakes', min: 0.01, max: 1 },
  },
  outcome: { severity: 'medium', score: 40, tags: ['wagering', 'low-risk'], action: 'score', alert: true },
  examples: [
    { given: { bets: 5, lowOddsShare: 0.8 }, then: 'match' },
    { given: { bets: 5, bothSidesShare: 0.3 }, then: 'match' },
    { given: { bets: 4, lowOddsShare: 1 }, then: 'silent' },
    { given: { bets: 50, lowOddsShare: 0.5, bothSidesShare: 0.2 }, then: 'silent' },
  ],
});
