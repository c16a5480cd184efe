import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** An amount far from all that the account has sent. */
export const unusualAmount = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-unusual-amount',
  title: 'Amount far from the usual',
  description: "The amount is many standard deviations above the mean of what the origin account has sent, and several times its largest: a break in the account's pattern.",
  facts: {
    earlier: { fact: 'count', of: 'sent', excludingThis: true, where: { status: ['completed', 'pending'], sameCurrency: true } },
    usual: { fact: 'mean', of: 'sent', excludingThis: true, where: { status: ['completed', 'pending'] } },
    spread: { fact: 'deviation', of: 'sent', excludingThis: true, where: { status: ['completed', 'pending'] } },
    largest: { fact: 'max', of: 'sent', excludingThis: true, where: { status: ['completed', 'pending'] } },
  },
  when: 'earlier >= least && amount >= least_amount && amount > usual + deviations * spread && amount > times * largest',
  settings: { least: 5, least_amount: { individual: aboutUsd(1_000), corporate: aboutUsd(25_000) }, deviations: 4, times: 3 },
  allowed: {
    least: { type: 'integer', unit: 'transactions', min: 2, max: 10_000 },
    least_amount: MONEY_TERMS,
    deviations: { type: 'number', unit: 'standard deviations', min: 0.5, max: 100 },
    times: { type: 'number', unit: 'times the largest amount', min: 1, max: 1_000 },
  },
  outcome: { code: 452, score: 45, comment: 'Unusual amount: {amount}, where the origin account usually sends {usual} and never more than {largest}' },
  examples: [
    { given: [{ amount: 400, repeat: 5, after: 3600 }, { amount: 1_200.01 }], then: 'holds' },
    { given: [{ amount: 400, repeat: 5, after: 3600 }, { amount: 1_200 }], then: 'silent' },
    { given: [{ amount: 400, repeat: 4, after: 3600 }, { amount: 2_000 }], then: 'silent' },
  ],
});
