import { defineRule, streak, streakOdds } from '@stakewatch/rules';

/** Flags wins in a row that the odds make next to impossible. */
export const winStreak = defineRule({
  id: 'win-streak',
  version: 1,
  title: "Win streak out of the odds' proportion",
  description: 'Bets won in a row whose odds multiply to more than the limit: the chance of it was less than one in that. Results known beforehand, or a mispriced market.',
  per: 'player',
  on: ['BET_WON'],
  facts: {
    wins: streak({ of: 'BET_WON', until: 'BET_LOST', within: '7d' }),
    odds: streakOdds({ of: 'BET_WON', until: 'BET_LOST', within: '7d' }),
  },
  when: 'wins >= least && odds > limit',
  settings: { least: 5, limit: 10_000 },
  allowed: { least: { type: 'integer', unit: 'wins', min: 2, max: 10_000 }, limit: { type: 'number', unit: 'product of the odds', min: 1, max: 1e15 } },
  cooldown: '24h',
  outcome: { severity: 'critical', score: 70, tags: ['integrity'] },
  examples: [
    { name: 'six wins at 5.0', given: [{ type: 'BET_WON', game_odds: 5, after: '1h', repeat: 6 }], then: 'alert' },
    { name: 'ten wins at 1.3', given: [{ type: 'BET_WON', game_odds: 1.3, after: '1h', repeat: 10 }], then: 'silent' },
    { name: 'a loss in between', given: [{ type: 'BET_WON', game_odds: 5, after: '1h', repeat: 4 }, { type: 'BET_LOST' }, { type: 'BET_WON', game_odds: 5, after: '1h', repeat: 4 }], then: 'silent' },
  ],
});
