import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** The amount is above the limit of its currency and account type. */
export const amountTooHigh = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-amount-too-high',
  title: 'Amount above the threshold',
  description: 'The amount is above your limit for its currency and account type.',
  facts: {},
  when: 'amount > limit',
  settings: { limit: { individual: aboutUsd(10_000), corporate: aboutUsd(250_000) } },
  allowed: { limit: MONEY_TERMS },
  outcome: { code: 455, score: 60, comment: 'Amount too high: {amount} is above {limit} for {account_type} accounts' },
  examples: [
    { given: [{ amount: 10_000.01 }], then: 'holds' },
    { given: [{ amount: 10_000 }], then: 'silent' },
    { given: [{ amount: 200_000, account_type: 'corporate' }], then: 'silent' },
    { given: [{ amount: 2_000, currency: 'EUR' }], settings: { limit: { individual: { by_currency: { EUR: 1_999.99 } } } }, then: 'holds' },
  ],
});
