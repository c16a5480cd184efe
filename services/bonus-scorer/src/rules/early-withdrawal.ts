import { defineBonusRule } from './define';

export const earlyWithdrawal = defineBonusRule({
  id: 'bonus-early-withdrawal',
  title: 'Withdrawal before the wager requirement is met',
  on: ['WITHDRAWAL', 'finished', 'canceled'],
  when: 'earlyWithdrawals > allowed && wagerRequirement > 0.0',
  settings: { allowed: 0 },
  allowed: { allowed: { type: 'integer', unit: 'withdrawals', min: 0, max: 10_000 } },
  outcome: { severity: 'high', score: 60, tags: ['wagering'], action: 'score', alert: true },
  examples: [
    { given: { earlyWithdrawals: 1, wagerRequirement: 4000 }, then: 'match' },
    { given: { earlyWithdrawals: 0, withdrawals: 1, wagerRequirement: 4000, wagerRatio: 1 }, then: 'silent' },
  ],
});
