import { age, defineRule } from '@stakewatch/rules';

/** Flags a jackpot won by a player who has only just come. */
export const earlyJackpot = defineRule({
  id: 'early-jackpot',
  version: 1,
  title: 'Jackpot right after the first event',
  description: 'A jackpot within an hour of the first event ever seen of the player: an account made to collect a win that was arranged.',
  per: 'player',
  on: ['JACKPOT'],
  facts: { sinceFirstSeen: age() },
  when: 'sinceFirstSeen < seconds',
  settings: { seconds: 3_600 },
  allowed: { seconds: { type: 'integer', unit: 'seconds', min: 1, max: 2_592_000 } },
  cooldown: '24h',
  outcome: { severity: 'critical', score: 75, tags: ['integrity', 'registration'] },
  examples: [
    { name: 'after half an hour', given: [{ type: 'DEPOSIT' }, { type: 'JACKPOT', after: '30m', amount: 5_000_000 }], then: 'alert' },
    { name: 'after two hours', given: [{ type: 'DEPOSIT' }, { type: 'JACKPOT', after: '2h', amount: 5_000_000 }], then: 'silent' },
  ],
});
