import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** Little money, and nothing against it. */
export const lowRisk = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-low-risk',
  title: 'Low risk: a small amount',
  description: 'The amount is so small that there is little to lose. Any suspicion outranks it.',
  facts: {},
  when: 'status in ["completed", "pending"] && amount <= limit',
  settings: { limit: { individual: aboutUsd(100), corporate: aboutUsd(1_000) } },
  allowed: { limit: MONEY_TERMS },
  outcome: { code: 211, score: 0, comment: 'Low risk: {amount} is no more than {limit}' },
  examples: [
    { given: [{ amount: 100 }], then: 'holds' },
    { given: [{ amount: 100.01 }], then: 'silent' },
    { given: [{ amount: 100, status: 'failed' }], then: 'silent' },
  ],
});
