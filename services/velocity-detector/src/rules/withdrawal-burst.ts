import { count, defineRule } from '@stakewatch/rules';

/** Flags a player who takes money out in many pieces. */
export const withdrawalBurst = defineRule({
  id: 'withdrawal-burst',
  version: 1,
  title: 'Withdrawal burst',
  description: 'More withdrawals in an hour than usual: an account being emptied by someone else, or sums split to stay unnoticed.',
  per: 'player',
  on: ['WITHDRAWAL'],
  facts: { withdrawals: count({ of: 'WITHDRAWAL', within: '1h' }) },
  when: 'withdrawals > limit',
  settings: { limit: 4 },
  allowed: { limit: { type: 'integer', unit: 'withdrawals', min: 1, max: 10_000 } },
  outcome: { severity: 'high', score: 45, code: 453, tags: ['velocity', 'payments', 'account-takeover'] },
  examples: [
    { name: 'four withdrawals', given: [{ type: 'WITHDRAWAL', after: '2m', repeat: 4 }], then: 'silent' },
    { name: 'five withdrawals', given: [{ type: 'WITHDRAWAL', after: '2m', repeat: 5 }], then: 'alert' },
  ],
});
