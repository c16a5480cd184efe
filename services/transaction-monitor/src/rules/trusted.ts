import { defineTransactionRule } from '../engine/define';

/** A customer with a clean record pays someone often paid before, no more than before. */
export const trusted = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-trusted',
  title: 'Trusted customer and beneficiary',
  description: 'Customer and account have a clean record, this destination was paid before several times, the amount is no larger than before, and nothing of the account was suspicious lately.',
  facts: {
    clean: { fact: 'count', of: 'sent', excludingThis: true, where: { status: ['completed'], suspicious: false, same: ['customer', 'name'] } },
    paid: { fact: 'count', of: 'pair', excludingThis: true, where: { status: ['completed'], suspicious: false } },
    largest: { fact: 'max', of: 'sent', excludingThis: true, where: { status: ['completed'], suspicious: false, same: ['customer', 'name'] } },
    suspicious: { fact: 'count', of: 'sent', within: '30d', excludingThis: true, where: { suspicious: true } },
  },
  when: 'status in ["completed", "pending"] && clean >= least && paid >= least_paid && amount <= largest && suspicious == 0.0',
  settings: { least: 8, least_paid: 3 },
  allowed: { least: { type: 'integer', unit: 'transactions', min: 1, max: 10_000 }, least_paid: { type: 'integer', unit: 'transactions', min: 0, max: 10_000 } },
  outcome: { code: 210, score: 0, comment: 'Trusted: {clean} clean transactions of this customer, {paid} of them to this beneficiary' },
  examples: [
    { given: [{ amount: 500, repeat: 9, after: 600 }], then: 'holds' },
    { given: [{ amount: 500, repeat: 8, after: 600 }], then: 'silent' },
    { given: [{ amount: 500, repeat: 8, after: 600 }, { amount: 500.01 }], then: 'silent' },
    { given: [{ amount: 500, repeat: 8, after: 600 }, { amount: 500, destination: 'other' }], then: 'silent' },
    { given: [{ amount: 500, repeat: 8, after: 600 }, { amount: 500, customer_name: 'Someone Else' }], then: 'silent' },
  ],
});
