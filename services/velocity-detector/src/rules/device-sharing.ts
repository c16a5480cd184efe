import { defineRule, distinct } from '@stakewatch/rules';

const players = (count: number) => Array.from({ length: count }, (_none, n) => ({ type: 'DEPOSIT', player_id: `player-${n}`, after: '30m' }) as const);

/** Flags a device that many players pay or take bonuses from. */
export const deviceSharing = defineRule({
  id: 'device-sharing',
  version: 1,
  title: 'Many players on one device',
  description: 'More players pay or take bonuses from one device within a day than a household has: several accounts in one hand.',
  per: 'device',
  on: ['DEPOSIT', 'WITHDRAWAL', 'BONUS_CREDITED', 'BONUS_USED'],
  facts: { players: distinct({ of: ['DEPOSIT', 'WITHDRAWAL', 'BONUS_CREDITED', 'BONUS_USED'], field: 'player_id', within: '24h' }) },
  when: 'players > limit',
  settings: { limit: 3 },
  allowed: { limit: { type: 'integer', unit: 'players', min: 1, max: 10_000 } },
  cooldown: '24h',
  outcome: { severity: 'high', score: 55, tags: ['multi-account', 'device'] },
  examples: [
    { name: 'three players', given: players(3), then: 'silent' },
    { name: 'four players', given: players(4), then: 'alert' },
  ],
});
