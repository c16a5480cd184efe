import { defineTransactionRule } from '../engine/define';

/** One account sends more transactions than a person or a company plausibly does. */
export const velocityCount = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-velocity-count',
  title: 'Too many transactions in a short time',
  description: 'The origin account has sent more transactions within the window than the limit, whatever came of them.',
  facts: { sent: { fact: 'count', of: 'sent', within: { setting: 'window' } } },
  when: 'sent > limit',
  settings: { window: '10m', limit: { individual: 10, corporate: 300 } },
  allowed: { window: { type: 'duration', min: '1s', max: '30d' }, limit: { type: 'integer', unit: 'transactions', min: 1, max: 100_000 } },
  outcome: { code: 453, score: 55, comment: 'Too many transactions: {sent} of the origin account within {window}, more than {limit}' },
  examples: [
    { given: [{ repeat: 11, after: 10 }], then: 'holds' },
    { given: [{ repeat: 10, after: 10 }], then: 'silent' },
    { name: 'the first has left the window', given: [{ repeat: 11, after: 60 }], then: 'silent' },
    { given: [{ repeat: 11, after: 10, account_type: 'corporate' }], then: 'silent' },
  ],
});
