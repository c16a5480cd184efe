import { defineTransactionRule } from '../engine/define';

/** Many accounts pay one at once. */
export const fanIn = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-fan-in',
  title: 'Many accounts pay one',
  description: 'The destination account was paid by so many different accounts within the window, by transaction types in which shops are not paid. Whitelist those you know to collect.',
  facts: { payers: { fact: 'distinct', field: 'counterpart', of: 'received', within: { setting: 'window' }, where: { status: ['completed', 'pending'] } } },
  when: 'payers > limit && transaction_type in types',
  settings: { window: '24h', limit: { individual: 15, corporate: 300 }, types: ['transfer', 'p2p', 'wire'] },
  allowed: { window: { type: 'duration', min: '1s', max: '30d' }, limit: { type: 'integer', unit: 'accounts', min: 1, max: 100_000 }, types: { type: 'list' } },
  outcome: { code: 450, score: 40, comment: 'Fan-in: {payers} different accounts paid the destination account within {window}, more than {limit}' },
  examples: [
    { given: Array.from({ length: 16 }, (_, at) => ({ origin: `o${at}`, customer_email: `o${at}@example.com` })), then: 'holds' },
    { given: Array.from({ length: 15 }, (_, at) => ({ origin: `o${at}`, customer_email: `o${at}@example.com` })), then: 'silent' },
    { given: Array.from({ length: 16 }, (_, at) => ({ origin: `o${at}`, customer_email: `o${at}@example.com`, transaction_type: 'card' })), then: 'silent' },
  ],
});
