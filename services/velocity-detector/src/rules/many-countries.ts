import { defineRule, distinct } from '@stakewatch/rules';

/** Flags a player who seems to be in several countries within a day. */
export const manyCountries = defineRule({
  id: 'many-countries',
  version: 1,
  title: 'Many countries',
  description: 'Events from more countries within a day than one person travels through: an account that several people use.',
  per: 'player',
  on: ['DEPOSIT', 'WITHDRAWAL', 'BET_PLACED'],
  facts: { countries: distinct({ field: 'player_country', within: '24h' }) },
  when: 'countries > limit',
  settings: { limit: 2 },
  allowed: { limit: { type: 'integer', unit: 'countries', min: 1, max: 250 } },
  cooldown: '24h',
  outcome: { severity: 'high', score: 50, tags: ['geography', 'account-takeover'] },
  examples: [
    { name: 'three countries', given: ['SEN', 'CIV', 'GHA'].map((player_country) => ({ type: 'BET_PLACED', player_country, after: '1h' }) as const), then: 'alert' },
    { name: 'home and abroad', given: ['SEN', 'CIV', 'SEN', 'CIV'].map((player_country) => ({ type: 'BET_PLACED', player_country, after: '1h' }) as const), then: 'silent' },
    { name: 'three countries in three days', given: ['SEN', 'CIV', 'GHA'].map((player_country) => ({ type: 'BET_PLACED', player_country, after: '24h' }) as const), then: 'silent' },
  ],
});
