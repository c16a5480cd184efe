import { defineRule, distinct } from '@stakewatch/rules';

/** Flags a player who pays by many payment operators at once. */
export const manyOperators = defineRule({
  id: 'many-operators',
  version: 1,
  title: 'Many payment operators',
  description: 'Payments through several payment operators within an hour: borrowed or stolen wallets.',
  per: 'player',
  on: ['DEPOSIT', 'WITHDRAWAL'],
  facts: { operators: distinct({ of: ['DEPOSIT', 'WITHDRAWAL'], field: 'operator', within: '1h' }) },
  when: 'operators > limit',
  settings: { limit: 3 },
  allowed: { limit: { type: 'integer', unit: 'operators', min: 1, max: 10_000 } },
  outcome: { severity: 'high', score: 45, tags: ['payments', 'account-takeover'] },
  examples: [
    { name: 'four operators', given: ['ORANGE_SN', 'WAVE_SN', 'FREE_SN', 'CARD'].map((operator) => ({ type: 'DEPOSIT', operator, after: '5m' }) as const), then: 'alert' },
    { name: 'three operators, often', given: ['ORANGE_SN', 'WAVE_SN', 'FREE_SN', 'WAVE_SN'].map((operator) => ({ type: 'DEPOSIT', operator, after: '5m' }) as const), then: 'silent' },
    { name: 'operator unknown', given: [{ type: 'DEPOSIT', after: '1m', repeat: 5 }], then: 'silent' },
  ],
});
