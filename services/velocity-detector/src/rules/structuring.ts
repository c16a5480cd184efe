import { aboutEuros, count, defineRule, MONEY_TERMS, sum } from '@stakewatch/rules';

const under = { amount: { atLeast: { setting: 'threshold', times: 0.8 }, below: { setting: 'threshold' } } } as const;

/** Flags deposits that each stay just under a reporting threshold. */
export const structuring = defineRule({
  id: 'structuring',
  version: 1,
  title: 'Structuring under a threshold',
  description: 'Several deposits within a day, each a little below the reporting threshold and together above it.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: {
    deposits: count({ of: 'DEPOSIT', within: '24h', where: under }),
    total: sum({ of: 'DEPOSIT', field: 'amount', within: '24h', where: under }),
  },
  when: 'deposits >= least && total > threshold',
  settings: { threshold: { byCurrency: { ...aboutEuros(1_500).byCurrency, XOF: 1_000_000, XAF: 1_000_000 } }, least: 3 },
  allowed: { threshold: { ...MONEY_TERMS, min: 0.01 }, least: { type: 'integer', unit: 'deposits', min: 2, max: 10_000 } },
  cooldown: '24h',
  outcome: { severity: 'high', score: 65, code: 454, tags: ['laundering', 'payments'] },
  examples: [
    { name: 'three just under', given: [{ type: 'DEPOSIT', amount: 950_000, after: '1h', repeat: 3 }], then: 'alert' },
    { name: 'two just under', given: [{ type: 'DEPOSIT', amount: 950_000, after: '1h', repeat: 2 }], then: 'silent' },
    { name: 'three above', given: [{ type: 'DEPOSIT', amount: 1_000_000, after: '1h', repeat: 3 }], then: 'silent' },
    { name: 'three small ones', given: [{ type: 'DEPOSIT', amount: 50_000, after: '1h', repeat: 3 }], then: 'silent' },
    { name: 'three just under 1500 euros', given: [{ type: 'DEPOSIT', amount: 1_400, currency: 'EUR', after: '1h', repeat: 3 }], then: 'alert' },
  ],
});
