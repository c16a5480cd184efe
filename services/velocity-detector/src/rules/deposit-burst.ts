import { count, defineRule } from '@stakewatch/rules';

/** Flags a player who deposits more often than a person plausibly does. */
export const depositBurst = defineRule({
  id: 'deposit-burst',
  version: 1,
  title: 'Deposit burst',
  description: 'More deposits in ten minutes than a person plausibly makes: stolen payment means being tried out, or money being placed.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { deposits: count({ of: 'DEPOSIT', within: '10m' }) },
  when: 'deposits > limit',
  settings: { limit: 5 },
  allowed: { limit: { type: 'integer', unit: 'deposits', min: 1, max: 10_000 } },
  outcome: { severity: 'high', score: 40, code: 453, tags: ['velocity', 'payments'] },
  examples: [
    { name: 'five deposits', given: [{ type: 'DEPOSIT', repeat: 5 }], then: 'silent' },
    { name: 'six deposits', given: [{ type: 'DEPOSIT', repeat: 6 }], then: 'alert' },
    { name: 'six deposits in an hour', given: [{ type: 'DEPOSIT', after: '10m', repeat: 6 }], then: 'silent' },
  ],
});
