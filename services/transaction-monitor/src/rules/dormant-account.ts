import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** An account long asleep wakes and spends. */
export const dormantAccount = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-dormant-account',
  title: 'Dormant account awake',
  description: 'The origin account sends money again after so many days without sending any.',
  facts: { asleep: { fact: 'daysSinceLast', of: 'sent' } },
  when: 'asleep >= days && amount >= least_amount',
  settings: { days: 90, least_amount: { individual: aboutUsd(500), corporate: aboutUsd(5_000) } },
  allowed: { days: { type: 'integer', unit: 'days', min: 1, max: 3_650 }, least_amount: MONEY_TERMS },
  outcome: { code: 452, score: 45, comment: 'Dormant account: {amount} after {asleep} days without a transaction' },
  examples: [
    { given: [{ amount: 20 }, { amount: 500, after: 7_776_000 }], then: 'holds' },
    { given: [{ amount: 20 }, { amount: 500, after: 7_775_999 }], then: 'silent' },
    { given: [{ amount: 20 }, { amount: 499.99, after: 7_776_000 }], then: 'silent' },
  ],
});
