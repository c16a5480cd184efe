import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** A known account pays a lot to someone new. */
export const newBeneficiary = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-new-beneficiary',
  title: 'Large first payment to a new beneficiary',
  description: 'The origin account, whose history is known, pays this destination for the first time, and at once a lot.',
  facts: {
    earlier: { fact: 'count', of: 'sent', excludingThis: true },
    paid: { fact: 'count', of: 'pair', excludingThis: true, where: { status: ['completed', 'pending'] } },
  },
  when: 'earlier >= least && paid == 0.0 && amount >= least_amount',
  settings: { least: 3, least_amount: { individual: aboutUsd(3_000), corporate: aboutUsd(100_000) } },
  allowed: { least: { type: 'integer', unit: 'transactions', min: 0, max: 10_000 }, least_amount: MONEY_TERMS },
  outcome: { code: 450, score: 35, comment: 'New beneficiary: {amount} as the first payment to this account' },
  examples: [
    { given: [{ destination: 'a', amount: 2_000, repeat: 3 }, { destination: 'b', amount: 3_000 }], then: 'holds' },
    { given: [{ destination: 'a', amount: 2_000, repeat: 2 }, { destination: 'b', amount: 3_000 }], then: 'silent' },
    { given: [{ destination: 'a', amount: 2_000, repeat: 3 }, { destination: 'b', amount: 2_999.99 }], then: 'silent' },
    { given: [{ destination: 'a', amount: 2_000, repeat: 3 }, { destination: 'a', amount: 3_000 }], then: 'silent' },
  ],
});
