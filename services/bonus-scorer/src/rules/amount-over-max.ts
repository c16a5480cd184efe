import { defineBonusRule } from './define';

export const amountOverMax = defineBonusRule({
  id: 'bonus-amount-over-max',
  title: 'Bonus larger than its own maximum',
  on: ['activated', 'finished'],
  when: 'maxBonusAmount > 0.0 && amount > maxBonusAmount',
  settings: {},
  outcome: { severity: 'high', score: 100, tags: ['limits'], action: 'reject', alert: true },
  examples: [
    { given: { amount: 101, maxBonusAmount: 100 }, then: 'match' },
    { given: { amount: 100, maxBonusAmount: 100 }, then: 'silent' },
    { given: { amount: 100 }, then: 'silent' },
  ],
});
