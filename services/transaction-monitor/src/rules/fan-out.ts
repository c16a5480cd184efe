import { defineTransactionRule } from '../engine/define';

/** One account pays many others at once. */
export const fanOut = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-fan-out',
  title: 'One account pays many',
  description: 'The origin account has paid so many different accounts within the window.',
  facts: { payees: { fact: 'distinct', field: 'counterpart', of: 'sent', within: { setting: 'window' }, where: { status: ['completed', 'pending'] } } },
  when: 'payees > limit',
  settings: { window: '1h', limit: { individual: 6, corporate: 500 } },
  allowed: { window: { type: 'duration', min: '1s', max: '30d' }, limit: { type: 'integer', unit: 'accounts', min: 1, max: 100_000 } },
  outcome: { code: 452, score: 45, comment: 'Fan-out: the origin account paid {payees} different accounts within {window}, more than {limit}' },
  examples: [
    { given: ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((destination) => ({ destination })), then: 'holds' },
    { given: ['a', 'b', 'c', 'd', 'e', 'f', 'f', 'a'].map((destination) => ({ destination })), then: 'silent' },
  ],
});
