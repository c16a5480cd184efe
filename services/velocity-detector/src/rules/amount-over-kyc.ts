import { aboutEuros, defineRule, MONEY_TERMS } from '@stakewatch/rules';

/** Flags payments larger than what is known about the player allows. */
export const amountOverKyc = defineRule({
  id: 'amount-over-kyc',
  version: 1,
  title: 'Amount over the KYC level',
  description: "A deposit or withdrawal above the limit of the player's KYC level. Events without a level are not judged.",
  per: 'player',
  on: ['DEPOSIT', 'WITHDRAWAL'],
  facts: {},
  when: [
    'event.player_kyc_level == 0 && event.amount > level0',
    'event.player_kyc_level == 1 && event.amount > level1',
    'event.player_kyc_level == 2 && event.amount > level2',
    'event.player_kyc_level == 3 && event.amount > level3',
    'event.player_kyc_level >= 4 && event.amount > level4',
  ].join(' || '),
  settings: { level0: aboutEuros(300), level1: aboutEuros(1_000), level2: aboutEuros(3_000), level3: aboutEuros(10_000), level4: aboutEuros(50_000) },
  allowed: { level0: MONEY_TERMS, level1: MONEY_TERMS, level2: MONEY_TERMS, level3: MONEY_TERMS, level4: MONEY_TERMS },
  cooldown: '24h',
  outcome: { severity: 'high', score: 50, code: 451, tags: ['kyc', 'payments'] },
  examples: [
    { name: 'level 0, 500 euros', given: [{ type: 'DEPOSIT', amount: 500, currency: 'EUR', player_kyc_level: 0 }], then: 'alert' },
    { name: 'level 2, 500 euros', given: [{ type: 'DEPOSIT', amount: 500, currency: 'EUR', player_kyc_level: 2 }], then: 'silent' },
    { name: 'level 0, 500 francs', given: [{ type: 'DEPOSIT', amount: 500, currency: 'XOF', player_kyc_level: 0 }], then: 'silent' },
    { name: 'level 5, 60 000 euros', given: [{ type: 'WITHDRAWAL', amount: 60_000, currency: 'EUR', player_kyc_level: 5 }], then: 'alert' },
    { name: 'level unknown', given: [{ type: 'DEPOSIT', amount: 60_000, currency: 'EUR' }], then: 'silent' },
  ],
});
