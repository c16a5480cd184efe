import { defineBonusRule } from './define';

export const requirementEdge = defineBonusRule({
  id: 'bonus-requirement-edge',
  title: 'Deposit, bonus, withdrawal at the very edge of the requirement',
  on: ['WITHDRAWAL', 'finished'],
  when: 'wagerRequirement > 0.0 && depositsBefore >= minDeposits && withdrawals >= 1.0 && wagerRatio >= 1.0 && wagerRatio <= 1.0 + edge && hoursSinceLastBet <= hours',
  settings: { minDeposits: 1, edge: 0.05, hours: 24 },
  allowed: {
    minDeposits: { type: 'integer', unit: 'deposits', min: 0, max: 10_000 },
    edge: { type: 'number', unit: 'share of the requirement', min: 0, max: 10 },
    hours: { type: 'number', unit: 'hours', min: 0.01, max: 8_760 },
  },
  outcome: { severity: 'low', score: 30, tags: ['wagering'], action: 'score', alert: false },
  examples: [
    { given: { wagerRequirement: 4000, depositsBefore: 1, withdrawals: 1, wagerRatio: 1.02, hoursSinceLastBet: 1 }, then: 'match' },
    { given: { wagerRequirement: 4000, depositsBefore: 1, withdrawals: 1, wagerRatio: 1.2, hoursSinceLastBet: 1 }, then: 'silent' },
    { given: { wagerRequirement: 4000, withdrawals: 1, wagerRatio: 1, hoursSinceLastBet: 1 }, then: 'silent' },
  ],
});
