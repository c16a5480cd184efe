import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** A large round sum to someone never paid before. */
export const roundAmount = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-round-amount',
  title: 'Round amount to a new beneficiary',
  description: 'The amount is large and a whole multiple of a round sum, and the origin account never paid this destination before.',
  facts: {
    multiples: { fact: 'multipleOf', amount: 'round' },
    paid: { fact: 'count', of: 'pair', excludingThis: true, where: { status: ['completed', 'pending'] } },
  },
  when: 'multiples >= 1.0 && amount >= least_amount && paid == 0.0',
  settings: { round: { individual: aboutUsd(1_000), corporate: aboutUsd(50_000) }, least_amount: { individual: aboutUsd(5_000), corporate: aboutUsd(200_000) } },
  allowed: { round: { ...MONEY_TERMS, min: 0.01 }, least_amount: MONEY_TERMS },
  outcome: { code: 450, score: 35, comment: 'Round amount: {amount} to a beneficiary never paid before' },
  examples: [
    { given: [{ amount: 6_000 }], then: 'holds' },
    { given: [{ amount: 6_000.01 }], then: 'silent' },
    { given: [{ amount: 4_000 }], then: 'silent' },
    { given: [{ amount: 20 }, { amount: 6_000 }], then: 'silent' },
  ],
});
