import { aboutEuros, defineRule, MONEY_TERMS, sum } from '@stakewatch/rules';

/** Flags money that passes through an account without being played: the plainest form of laundering. */
export const depositWithoutPlay = defineRule({
  id: 'deposit-without-play',
  version: 1,
  title: 'Deposit withdrawn without play',
  description: 'Most of what was deposited within a day is withdrawn, and next to nothing of it was staked.',
  per: 'player',
  on: ['WITHDRAWAL'],
  facts: {
    deposited: sum({ of: 'DEPOSIT', field: 'amount', within: '24h' }),
    withdrawn: sum({ of: 'WITHDRAWAL', field: 'amount', within: '24h' }),
    staked: sum({ of: ['BET_PLACED', 'BONUS_USED'], field: 'amount', within: '24h' }),
  },
  when: 'deposited >= least && withdrawn >= deposited * withdrawnShare && staked <= deposited * stakedShare',
  settings: { least: aboutEuros(100), withdrawnShare: 0.8, stakedShare: 0.1 },
  allowed: {
    least: MONEY_TERMS,
    withdrawnShare: { type: 'number', unit: 'share of the deposits', min: 0.01, max: 10 },
    stakedShare: { type: 'number', unit: 'share of the deposits', min: 0, max: 1 },
  },
  cooldown: '24h',
  outcome: { severity: 'high', score: 60, code: 455, tags: ['laundering', 'payments'] },
  examples: [
    { name: 'in and out', given: [{ type: 'DEPOSIT', amount: 200_000 }, { type: 'WITHDRAWAL', after: '10m', amount: 190_000 }], then: 'alert' },
    { name: 'in and out in another currency', given: [{ type: 'DEPOSIT', amount: 400, currency: 'EUR' }, { type: 'WITHDRAWAL', after: '10m', amount: 190_000 }], then: 'silent' },
    { name: 'played, then withdrawn', given: [{ type: 'DEPOSIT', amount: 200_000 }, { type: 'BET_PLACED', amount: 50_000 }, { type: 'WITHDRAWAL', after: '10m', amount: 190_000 }], then: 'silent' },
    { name: 'a small sum', given: [{ type: 'DEPOSIT', amount: 5_000 }, { type: 'WITHDRAWAL', after: '10m', amount: 5_000 }], then: 'silent' },
  ],
});
