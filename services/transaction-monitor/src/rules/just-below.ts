import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** Amounts kept just below a threshold: structuring. */
export const justBelow = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-just-below',
  title: 'Amounts just below a threshold',
  description: 'The amount, and others of the origin account within the window, lie just below the threshold, as if to stay under it.',
  facts: { times: { fact: 'count', of: 'sent', within: { setting: 'window' }, where: { amount: { atLeast: { setting: 'threshold', times: 0.95 }, below: { setting: 'threshold' } } } } },
  when: 'times >= limit && amount < threshold && amount >= 0.95 * threshold',
  settings: { threshold: { individual: aboutUsd(10_000), corporate: aboutUsd(250_000) }, window: '24h', limit: 2 },
  allowed: { threshold: { ...MONEY_TERMS, min: 0.01 }, window: { type: 'duration', min: '1s', max: '30d' }, limit: { type: 'integer', unit: 'transactions', min: 1, max: 100_000 } },
  outcome: { code: 450, score: 40, comment: 'Just below: {times} amounts within {window} lie less than 5 % below {threshold}' },
  examples: [
    { given: [{ amount: 9_900 }, { amount: 9_500, after: 3600 }], then: 'holds' },
    { given: [{ amount: 9_900 }], then: 'silent' },
    { given: [{ amount: 9_900 }, { amount: 9_499.99, after: 3600 }], then: 'silent' },
    { given: [{ amount: 9_900 }, { amount: 10_000, after: 3600 }], then: 'silent' },
  ],
});
