import { MONEY_TERMS } from '@stakewatch/rules';
import { defineTransactionRule } from '../engine/define';
import { aboutUsd } from '../engine/settings';

/** One account sends more money in a day than its limit. */
export const velocitySum = defineTransactionRule({
  kind: 'transaction',
  id: 'transaction-velocity-sum',
  title: 'Too much money in a short time',
  description: 'What the origin account has sent within the window, failed transactions aside, is above the limit of its currency and account type.',
  facts: { sent: { fact: 'sum', of: 'sent', within: { setting: 'window' }, where: { status: ['completed', 'pending', 'other'] } }, times: { fact: 'count', of: 'sent', within: { setting: 'window' } } },
  when: 'sent > limit && times > 1',
  settings: { window: '24h', limit: { individual: aboutUsd(20_000), corporate: aboutUsd(2_000_000) } },
  allowed: { window: { type: 'duration', min: '1s', max: '30d' }, limit: MONEY_TERMS },
  outcome: { code: 453, score: 55, comment: 'Too much money: {sent} sent by the origin account within {window}, more than {limit}' },
  examples: [
    { given: [{ amount: 5_000, repeat: 4, after: 3600 }, { amount: 0.01 }], then: 'holds' },
    { given: [{ amount: 5_000, repeat: 4, after: 3600 }], then: 'silent' },
  ],
});
