import { defineTransactionRule } from '../engine/define';

/** Not settled yet. */
export const pending = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-pending',
  title: 'Pending',
  description: "The transaction's own status says that it is not settled yet.",
  facts: {},
  when: 'status == "pending"',
  outcome: { code: 202, score: 0, comment: 'Pending review: the transaction is {status}' },
  examples: [
    { given: [{ status: 'pending' }], then: 'holds' },
    { given: [{ status: 'completed' }], then: 'silent' },
  ],
});
