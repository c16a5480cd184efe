import { defineRule, distinct } from '@stakewatch/rules';

const players = (count: number) => Array.from({ length: count }, (_none, n) => ({ type: 'DEPOSIT', player_id: `player-${n}` }) as const);

/** Flags an address that many players pay from at once. Mobile networks put many people behind one address: the limit is wide. */
export const ipSharing = defineRule({
  id: 'ip-sharing',
  version: 1,
  title: 'Many players on one IP address',
  description: 'More players pay or take bonuses from one IP address within an hour than a shared network explains: an account farm.',
  per: 'ip',
  on: ['DEPOSIT', 'WITHDRAWAL', 'BONUS_CREDITED', 'BONUS_USED'],
  facts: { players: distinct({ of: ['DEPOSIT', 'WITHDRAWAL', 'BONUS_CREDITED', 'BONUS_USED'], field: 'player_id', within: '1h' }) },
  when: 'players > limit',
  settings: { limit: 10 },
  allowed: { limit: { type: 'integer', unit: 'players', min: 1, max: 10_000 } },
  outcome: { severity: 'medium', score: 40, tags: ['multi-account', 'network'] },
  examples: [
    { name: 'ten players', given: players(10), then: 'silent' },
    { name: 'eleven players', given: players(11), then: 'alert' },
  ],
});
