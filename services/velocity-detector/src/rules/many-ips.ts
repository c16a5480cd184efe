import { defineRule, distinct } from '@stakewatch/rules';

const from = (addresses: number) => Array.from({ length: addresses }, (_none, n) => ({ type: 'BET_PLACED', ip_address: `198.51.100.${n}`, after: '2m' }) as const);

/** Flags a player whose address keeps changing. */
export const manyIps = defineRule({
  id: 'many-ips',
  version: 1,
  title: 'Many IP addresses',
  description: 'More IP addresses within an hour than a phone changing networks has: rotating proxies, or an account that many people use.',
  per: 'player',
  on: ['DEPOSIT', 'WITHDRAWAL', 'BET_PLACED'],
  facts: { addresses: distinct({ field: 'ip_address', within: '1h' }) },
  when: 'addresses > limit',
  settings: { limit: 5 },
  allowed: { limit: { type: 'integer', unit: 'addresses', min: 1, max: 10_000 } },
  outcome: { severity: 'medium', score: 35, tags: ['network', 'account-takeover'] },
  examples: [
    { name: 'five addresses', given: from(5), then: 'silent' },
    { name: 'six addresses', given: from(6), then: 'alert' },
  ],
});
