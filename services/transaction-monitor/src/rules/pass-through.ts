import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** Money gathered from several accounts is sent on at once: a mule. */
export const passThrough = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-pass-through',
  title: 'Money passed through',
  description: 'The origin account was paid by several accounts within the window, and with this transaction has sent on nearly all of it.',
  facts: {
    payers: { fact: 'distinct', field: 'counterpart', of: 'incoming', within: { setting: 'window' }, where: { status: ['completed', 'pending'] } },
    gathered: { fact: 'sum', of: 'incoming', within: { setting: 'window' }, where: { status: ['completed', 'pending'] } },
    passed: { fact: 'sum', of: 'sent', within: { setting: 'window' }, where: { status: ['completed', 'pending'] } },
  },
  when: 'payers >= least_payers && gathered >= least_amount && passed >= part * gathered',
  settings: { window: '24h', least_payers: { individual: 3, corporate: 10 }, least_amount: { individual: aboutUsd(1_000), corporate: aboutUsd(100_000) }, part: 0.8 },
  allowed: {
    window: { type: 'duration', min: '1s', max: '30d' },
    least_payers: { type: 'integer', unit: 'accounts', min: 1, max: 100_000 },
    least_amount: MONEY_TERMS,
    part: { type: 'number', unit: 'share of what came in', min: 0.01, max: 1 },
  },
  outcome: { code: 451, score: 80, comment: 'Money passed through: {gathered} came from {payers} accounts within {window}, and {passed} went on' },
  examples: [
    {
      name: 'three payers, and nearly all goes on',
      given: [
        { origin: 'a', destination: 'mule', amount: 500, customer_email: 'a@example.com' },
        { origin: 'b', destination: 'mule', amount: 500, customer_email: 'b@example.com' },
        { origin: 'c', destination: 'mule', amount: 500, customer_email: 'c@example.com' },
        { origin: 'mule', destination: 'boss', amount: 1_200, customer_email: 'm@example.com' },
      ],
      then: 'holds',
    },
    {
      name: 'three payers, and a little less than four fifths goes on',
      given: [
        { origin: 'a', destination: 'mule', amount: 500, customer_email: 'a@example.com' },
        { origin: 'b', destination: 'mule', amount: 500, customer_email: 'b@example.com' },
        { origin: 'c', destination: 'mule', amount: 500, customer_email: 'c@example.com' },
        { origin: 'mule', destination: 'boss', amount: 1_199.99, customer_email: 'm@example.com' },
      ],
      then: 'silent',
    },
  ],
});
