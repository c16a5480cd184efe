import { Account, type Draft, type Game, sportsBet } from './account';
import { type Fixture, OUTCOMES, type Outcome } from './fixtures';
import type { Player } from './player';
import type { Random } from './random';

/** Seconds of the day over which ordinary players play; the rest is for the last settlements. */
const LAST_BET_AT = 70_000;
const MATCH_SECONDS = 2 * 3600;
/** A run of wins less likely than this makes the next pick a losing one: ordinary luck stays ordinary. */
const LUCK_FLOOR = 1 / 20;

const CASINO: readonly Game[] = [
  { type: 'CASINO', id: 'slot_baobab', name: 'Baobab Riches' },
  { type: 'VIRTUAL', id: 'virtual_football', name: 'Virtual Football League' },
  { type: 'LOTTERY', id: 'lotto_lonase', name: 'Lotto 5/90' },
  { type: 'LIVE_CASINO', id: 'live_roulette', name: 'Live Roulette' },
];

type Step = { readonly at: number; run(account: Account): void };

/**
 * What an ordinary player does in a day: one deposit, some bets minutes apart with stakes near their usual one, their settlement
 * by the real scores, sometimes a bonus, and a withdrawal after play. No built-in rule should find fault with it.
 */
export function ordinaryDay(player: Player, fixtures: readonly Fixture[], random: Random): Draft[] {
  const bets = random.between(4, 9);
  const gap = random.between(240, 1200);
  const start = random.between(0, LAST_BET_AT - (bets + 2) * gap);
  const usual = player.market.stake * random.between(1, 3);
  const steps: Step[] = [{ at: start, run: (account) => account.deposit(start, usual * (bets + random.between(0, 3))) }];
  if (random.next() < 0.15) steps.push(bonus(start + 60, usual, random));
  let luck = 1;
  for (let bet = 0; bet < bets; bet += 1) {
    const at = start + (bet + 1) * gap + random.between(0, 90);
    const stake = Math.max(1, Math.round(usual * (bet % 2 === 0 ? 0.8 : 1.2) * (1 + (random.next() - 0.5) / 20)));
    const betId = `bet_${player.id}_${bet + 1}`;
    if (random.next() < 0.2) {
      steps.push(...casinoRound({ ...random.pick(CASINO), bet_id: betId }, at, stake, random));
      continue;
    }
    const fixture = random.pick(fixtures);
    const outcome = choose(fixture, luck, random);
    luck = outcome === fixture.result ? luck / fixture.odds[outcome] : 1;
    steps.push(...matchBet(fixture, outcome, betId, at, stake, random));
  }
  const end = Math.max(...steps.map(({ at }) => at));
  if (random.next() < 0.4) steps.push({ at: end + 600, run: (account) => account.withdraw(end + 600, Math.floor(account.balance / 2)) });
  const account = new Account(player, usual * random.between(2, 10));
  for (const { run } of steps.sort((a, b) => a.at - b.at)) run(account);
  return account.drafts.filter(({ amount }) => amount > 0);
}

function choose(fixture: Fixture, luck: number, random: Random): Outcome {
  const outcome = random.pick(OUTCOMES);
  if (outcome !== fixture.result || luck / fixture.odds[outcome] >= LUCK_FLOOR) return outcome;
  return random.pick(OUTCOMES.filter((each) => each !== fixture.result));
}

function matchBet(fixture: Fixture, outcome: Outcome, betId: string, at: number, stake: number, random: Random): Step[] {
  const game = sportsBet(fixture, outcome, betId);
  const placed: Step = { at, run: (account) => account.record(at, 'BET_PLACED', stake, { game }) };
  const settled = at + MATCH_SECONDS + random.between(60, 3000);
  const chance = random.next();
  if (chance < 0.03) return [placed, { at: settled, run: (account) => account.record(settled, 'REFUND', stake, { game }) }];
  if (chance < 0.08) return [placed, { at: at + 3000, run: (account) => account.record(at + 3000, 'CASHOUT', Math.max(1, Math.round(stake * 0.7)), { game }) }];
  const won = outcome === fixture.result;
  const amount = won ? Math.round(stake * fixture.odds[outcome]) : stake;
  return [placed, { at: settled, run: (account) => account.record(settled, won ? 'BET_WON' : 'BET_LOST', amount, { game }) }];
}

function casinoRound(game: Game, at: number, stake: number, random: Random): Step[] {
  const won = random.next() < 0.3;
  return [
    { at, run: (account) => account.record(at, 'BET_PLACED', stake, { game }) },
    { at: at + 45, run: (account) => account.record(at + 45, won ? 'BET_WON' : 'BET_LOST', won ? stake * 2 : stake, { game }) },
  ];
}

function bonus(at: number, usual: number, random: Random): Step {
  return {
    at,
    run: (account) => {
      account.record(at, 'BONUS_CREDITED', usual);
      account.record(at + random.between(600, 3000), 'BONUS_USED', usual);
    },
  };
}
