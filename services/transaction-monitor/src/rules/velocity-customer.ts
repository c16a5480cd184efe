import { defineTransactionRule } from '../engine/define';

/** One customer orders too much, spread over many accounts. */
export const velocityCustomer = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-velocity-customer',
  title: 'Too many transactions of one customer',
  description: 'The customer (by e-mail address) has ordered more transactions within the window than the limit, from whatever accounts.',
  facts: { ordered: { fact: 'count', of: 'customer', within: { setting: 'window' } } },
  when: 'ordered > limit',
  settings: { window: '10m', limit: { individual: 15, corporate: 300 } },
  allowed: { window: { type: 'duration', min: '1s', max: '30d' }, limit: { type: 'integer', unit: 'transactions', min: 1, max: 100_000 } },
  outcome: { code: 453, score: 55, comment: 'Too many transactions: {ordered} of the customer within {window}, more than {limit}' },
  examples: [
    { given: [{ repeat: 8, after: 5, origin: 'a' }, { repeat: 8, after: 5, origin: 'b' }], then: 'holds' },
    { given: [{ repeat: 8, after: 5, origin: 'a' }, { repeat: 7, after: 5, origin: 'b' }], then: 'silent' },
  ],
});
