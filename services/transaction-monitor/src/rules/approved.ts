import { defineTransactionRule } from '../engine/define';

/** Completed, and nothing to say about it. */
export const approved = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-approved',
  title: 'Approved',
  description: "The transaction's own status says that it is completed. Every other code but 201 outranks this one, so it means that nothing else was found.",
  facts: {},
  when: 'status == "completed"',
  outcome: { code: 200, score: 0 },
  examples: [
    { given: [{ status: 'completed' }], then: 'holds' },
    { given: [{ status: 'cancelled' }], then: 'silent' },
  ],
});
