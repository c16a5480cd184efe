import { defineTransactionRule } from '../engine/define';

/** The customer does what they did before. */
export const knownCustomer = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-known-customer',
  title: 'Known customer',
  description: 'The customer has ordered several clean transactions from this account, and this amount is not far above them.',
  facts: {
    earlier: { fact: 'count', of: 'sent', excludingThis: true, where: { status: ['completed'], suspicious: false, sameCurrency: true, same: ['customer'] } },
    largest: { fact: 'max', of: 'sent', excludingThis: true, where: { status: ['completed'], suspicious: false, same: ['customer'] } },
  },
  when: 'status in ["completed", "pending"] && earlier >= least && amount <= times * largest',
  settings: { least: 3, times: 2 },
  allowed: { least: { type: 'integer', unit: 'transactions', min: 1, max: 10_000 }, times: { type: 'number', unit: 'times the largest amount', min: 1, max: 1_000 } },
  outcome: { code: 221, score: 0, comment: 'Known customer: {earlier} earlier transactions from this account, up to {largest}' },
  examples: [
    { given: [{ amount: 500, repeat: 3 }, { amount: 1_000 }], then: 'holds' },
    { given: [{ amount: 500, repeat: 2 }, { amount: 1_000 }], then: 'silent' },
    { given: [{ amount: 500, repeat: 3 }, { amount: 1_000.01 }], then: 'silent' },
  ],
});
