import { defineTransactionRule } from '../engine/define';

/** A payment that continues a series: rent, a subscription, a salary. */
export const recurring = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-recurring',
  title: 'Recurring payment',
  description: 'Like amounts went from this account to this destination at like intervals so many times before, and this one continues the series.',
  facts: { series: { fact: 'series', amountTolerance: 'amount_tolerance', intervalTolerance: 'interval_tolerance', least: 'least_interval' } },
  when: 'status in ["completed", "pending"] && series >= least',
  settings: { least: 3, amount_tolerance: 0.1, interval_tolerance: 0.25, least_interval: '5s' },
  allowed: {
    least: { type: 'integer', unit: 'payments', min: 2, max: 1_000 },
    amount_tolerance: { type: 'number', unit: 'share of the amount', min: 0, max: 1 },
    interval_tolerance: { type: 'number', unit: 'share of the interval', min: 0, max: 1 },
    least_interval: { type: 'duration', min: '1s', max: '30d' },
  },
  outcome: { code: 212, score: 0, comment: 'Recurring: the payment continues a series of {series}' },
  examples: [
    { given: [{ amount: 900, repeat: 4, after: 2_592_000 }], then: 'holds' },
    { given: [{ amount: 900, repeat: 3, after: 2_592_000 }], then: 'silent' },
    { given: [{ amount: 900, repeat: 3, after: 2_592_000 }, { amount: 1_100, after: 2_592_000 }], then: 'silent' },
    { given: [{ amount: 900, repeat: 3, after: 2_592_000 }, { amount: 900, after: 600_000 }], then: 'silent' },
  ],
});
