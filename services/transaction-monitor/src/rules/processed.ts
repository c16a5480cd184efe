import { defineTransactionRule } from '../engine/define';

/** Taken in: all there is to say of a transaction that neither succeeded nor is under way. */
export const processed = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-processed',
  title: 'Processed',
  description: 'Every transaction is. The code shows where no other holds: the transaction failed, was cancelled or reversed, and nothing about it is suspicious, so there is nothing to approve.',
  facts: {},
  when: 'true',
  outcome: { code: 201, score: 0 },
  examples: [{ given: [{ status: 'cancelled' }], then: 'holds' }],
});
