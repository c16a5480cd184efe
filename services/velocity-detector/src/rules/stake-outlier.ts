import { aboutEuros, count, defineRule, deviation, mean, MONEY_TERMS } from '@stakewatch/rules';

/** Flags a stake far from what the player usually bets. */
export const stakeOutlier = defineRule({
  id: 'stake-outlier',
  version: 1,
  title: "Stake far from the player's own mean",
  description: "A stake more than three standard deviations above the mean of the player's stakes of the last 30 days: inside knowledge, chasing losses, or a stolen account.",
  per: 'player',
  on: ['BET_PLACED'],
  facts: {
    bets: count({ of: 'BET_PLACED', within: '30d', excludingThis: true, where: { amount: { atLeast: 0 } } }),
    usual: mean({ of: 'BET_PLACED', field: 'amount', within: '30d', excludingThis: true }),
    spread: deviation({ of: 'BET_PLACED', field: 'amount', within: '30d', excludingThis: true }),
  },
  when: 'event.amount >= least && bets >= history && event.amount > usual * 2 && event.amount > usual + sigmas * spread',
  settings: { sigmas: 3, history: 10, least: aboutEuros(100) },
  allowed: { sigmas: { type: 'number', unit: 'standard deviations', min: 0.5, max: 100 }, history: { type: 'integer', unit: 'bets', min: 1, max: 10_000 }, least: MONEY_TERMS },
  cooldown: '6h',
  outcome: { severity: 'medium', score: 40, tags: ['stakes', 'integrity'] },
  examples: [
    { name: 'a hundred times the usual', given: [{ type: 'BET_PLACED', amount: 1_000, repeat: 10 }, { type: 'BET_PLACED', amount: 100_000 }], then: 'alert' },
    { name: 'too little history', given: [{ type: 'BET_PLACED', amount: 1_000, repeat: 9 }, { type: 'BET_PLACED', amount: 100_000 }], then: 'silent' },
    { name: 'a player of wide habits', given: [{ type: 'BET_PLACED', amount: 1_000, repeat: 6 }, { type: 'BET_PLACED', amount: 90_000, repeat: 6 }, { type: 'BET_PLACED', amount: 150_000 }], then: 'silent' },
    { name: 'far off, but small', given: [{ type: 'BET_PLACED', amount: 10, repeat: 20 }, { type: 'BET_PLACED', amount: 1_000 }], then: 'silent' },
  ],
});
