import { defineTransactionRule } from '../engine/define';

/** Failure after failure: someone tries what works. */
export const repeatedFailures = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-repeated-failures',
  title: 'Repeated failed transactions',
  description: 'So many transactions of the origin account failed within the window, this one perhaps; also the one that succeeds after them is told.',
  facts: { failed: { fact: 'count', of: 'sent', within: { setting: 'window' }, where: { status: ['failed'] } } },
  when: 'failed >= limit',
  settings: { window: '1h', limit: { individual: 3, corporate: 10 } },
  allowed: { window: { type: 'duration', min: '1s', max: '30d' }, limit: { type: 'integer', unit: 'transactions', min: 1, max: 100_000 } },
  outcome: { code: 457, score: 60, comment: 'Repeated failures: {failed} failed transactions of the origin account within {window}, at least {limit}' },
  examples: [
    { given: [{ status: 'failed', repeat: 3 }], then: 'holds' },
    { given: [{ status: 'Declined', repeat: 3 }, { status: 'completed' }], then: 'holds' },
    { given: [{ status: 'failed', repeat: 2 }], then: 'silent' },
    { given: [{ status: 'failed', repeat: 3 }, { status: 'completed', after: 3600 }], then: 'silent' },
  ],
});
