import { defineRule, distinct } from '@stakewatch/rules';

const from = (addresses: number) => Array.from({ length: addresses }, (_none, n) => ({ type: 'BET_PLACED', ip_address: `198.51.100.${n}`, after: '10m' }) as const);

/** Flags a session that moves from address to address: a stolen cookie. */
export const sessionManyIps = defineRule({
  id: 'session-many-ips',
  version: 1,
  title: 'Session over many IP addresses',
  description: 'One session used from several IP addresses within a day: a session that was stolen or is shared.',
  per: 'session',
  on: ['DEPOSIT', 'WITHDRAWAL', 'BET_PLACED'],
  facts: { addresses: distinct({ field: 'ip_address', within: '24h' }) },
  when: 'addresses > limit',
  settings: { limit: 3 },
  allowed: { limit: { type: 'integer', unit: 'addresses', min: 1, max: 10_000 } },
  cooldown: '24h',
  outcome: { severity: 'high', score: 50, tags: ['session', 'account-takeover'] },
  examples: [
    { name: 'three addresses', given: from(3), then: 'silent' },
    { name: 'four addresses', given: from(4), then: 'alert' },
    { name: 'four addresses in four sessions', given: from(4).map((event, n) => ({ ...event, session_id: `session-${n}` })), then: 'silent' },
    { name: 'no session', given: from(6).map((event) => ({ ...event, session_id: null })), then: 'silent' },
  ],
});
