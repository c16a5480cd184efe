import { defineRule, distinct } from '@stakewatch/rules';

const players = (count: number) => Array.from({ length: count }, (_none, n) => ({ type: 'DEPOSIT', player_id: `player-${n}`, after: '3h' }) as const);

/** Flags a phone number that several players have. */
export const phoneSharing = defineRule({
  id: 'phone-sharing',
  version: 1,
  title: 'Many players on one phone number',
  description: 'Several players with the same phone number pay or take bonuses within a week: several accounts in one hand.',
  per: 'phone',
  on: ['DEPOSIT', 'WITHDRAWAL', 'BONUS_CREDITED', 'BONUS_USED'],
  facts: { players: distinct({ of: ['DEPOSIT', 'WITHDRAWAL', 'BONUS_CREDITED', 'BONUS_USED'], field: 'player_id', within: '7d' }) },
  when: 'players > limit',
  settings: { limit: 2 },
  allowed: { limit: { type: 'integer', unit: 'players', min: 1, max: 10_000 } },
  cooldown: '24h',
  outcome: { severity: 'high', score: 60, tags: ['multi-account', 'phone'] },
  examples: [
    { name: 'two players', given: players(2), then: 'silent' },
    { name: 'three players', given: players(3), then: 'alert' },
  ],
});
