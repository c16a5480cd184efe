import { type BonusRow, bonusesOf, covers, isActive, listBonuses, LOW_ODDS, type Progress } from './bonus';
import { LATENESS } from './profile';
import type { Rows } from './rows';

/** A money event of a player, kept for as long as late evidence may still change what it means. */
export interface PlayRow {
  readonly uuid: string;
  readonly player: string;
  readonly type: string;
  readonly at: number;
  readonly amount: number;
  readonly currency: string;
  readonly game: string | null;
  readonly odds: number | null;
  readonly betId: string | null;
}

/** Twice the lateness: an event that still counts finds everything that it may meet. */
const KEPT_FOR = 2 * LATENESS;
const KEPT_PER_PLAYER = 400;
const KEPT_PER_GAME = 400;

const playsOf = (player: string): string => `plays|${player}`;
const betsOn = (game: string): string => `game|${game}`;
const resultOf = (player: string): string => `result|${player}`;

export const listPlays = (rows: Rows, player: string): readonly PlayRow[] => [...rows.list<PlayRow>(playsOf(player)).values()];

/** True when the event is new; the same event again changes nothing. */
export function keepPlay(rows: Rows, row: PlayRow, newest: number): boolean {
  const plays = playsOf(row.player);
  if (rows.get(plays, row.uuid)) return false;
  rows.set(plays, row.uuid, row);
  forget(rows, plays, newest - KEPT_FOR, KEPT_PER_PLAYER);
  if (row.type === 'BET_PLACED' && row.game !== null) {
    rows.set(betsOn(row.game), row.uuid, row);
    forget(rows, betsOn(row.game), newest - KEPT_FOR, KEPT_PER_GAME);
  }
  if ((row.type === 'BET_WON' || row.type === 'BET_LOST') && row.betId !== null) {
    rows.set(resultOf(row.player), row.betId, { won: row.type === 'BET_WON', at: row.at });
    forget(rows, resultOf(row.player), newest - KEPT_FOR, KEPT_PER_PLAYER);
  }
  return true;
}

/** Rows come in nearly in the order of their time, so the oldest stand first. */
function forget(rows: Rows, group: string, before: number, most: number): void {
  const kept = rows.list<{ at: number }>(group);
  const gone: string[] = [];
  let over = kept.size - most;
  for (const [id, { at }] of kept) {
    if (at >= before && over <= 0) break;
    gone.push(id);
    over -= 1;
  }
  for (const id of gone) rows.delete(group, id);
}

/** Odds of two opposite sides leave the bookmaker about this much (sum of implied probabilities). */
const TWO_SIDES = { least: 0.9, most: 1.15 };
/** Both ways pay nearly the same: the pair wins whatever happens. */
const PAYOUT_TOLERANCE = 0.2;

/**
 * Whether two bets on one event back opposite sides. Betting events do not say which side was backed (document 000), so it is
 * read from the odds (their implied probabilities make one market), the stakes (both ways pay about the same), and, where they
 * are known, the results (one won, one lost).
 */
export function areOpposite(rows: Rows, a: PlayRow, b: PlayRow): boolean {
  if (a.uuid === b.uuid || a.game === null || a.game !== b.game || a.currency !== b.currency || Math.abs(a.at - b.at) > LATENESS) return false;
  const results = [a, b].map(({ player, betId }) => (betId === null ? undefined : rows.get<{ won: boolean }>(resultOf(player), betId)?.won));
  const known = results[0] !== undefined && results[1] !== undefined;
  if (known && results[0] === results[1]) return false;
  if (a.odds === null || b.odds === null) return known && near(a.amount, b.amount);
  const sides = 1 / a.odds + 1 / b.odds;
  return sides >= TWO_SIDES.least && sides <= TWO_SIDES.most && near(a.amount * a.odds, b.amount * b.odds);
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= PAYOUT_TOLERANCE * Math.max(a, b);

/** Bets of other players, and of the player's own, that oppose `bet`. */
export function oppositeTo(rows: Rows, bet: PlayRow): readonly PlayRow[] {
  if (bet.game === null) return [];
  return [...rows.list<PlayRow>(betsOn(bet.game)).values()].filter((other) => areOpposite(rows, bet, other));
}

/** Counts a new event for every bonus that was active when it happened. Gives the bonuses it counted for, as they stand now. */
export function advance(rows: Rows, play: PlayRow): readonly BonusRow[] {
  return listBonuses(rows, play.player)
    .filter((bonus) => covers(bonus, play.at) && isCounted(bonus, play))
    .map((bonus) => {
      const after = { ...bonus, progress: progressWith(rows, bonus, play) };
      rows.set(bonusesOf(play.player), bonus.bonusId, after);
      return after;
    });
}

const isCounted = (bonus: BonusRow, { type, currency }: PlayRow): boolean =>
  (type === 'BET_PLACED' || type === 'WITHDRAWAL') && (bonus.currencyCode === null || bonus.currencyCode === currency);

function progressWith(rows: Rows, bonus: BonusRow, play: PlayRow): Progress {
  const { progress } = bonus;
  if (play.type === 'WITHDRAWAL') {
    const early = isActive(bonus) && bonus.wagerRequirement !== null && progress.wagered < bonus.wagerRequirement;
    return { ...progress, withdrawals: progress.withdrawals + 1, withdrawn: progress.withdrawn + play.amount, earlyWithdrawals: progress.earlyWithdrawals + (early ? 1 : 0) };
  }
  const isBothSides = oppositeTo(rows, play).some(({ player }) => player === play.player);
  return {
    ...progress,
    bets: progress.bets + 1,
    wagered: progress.wagered + play.amount,
    overMaxBets: progress.overMaxBets + (bonus.maxBetAmount !== null && play.amount > bonus.maxBetAmount ? 1 : 0),
    largestBet: Math.max(progress.largestBet, play.amount),
    lowOddsWagered: progress.lowOddsWagered + (play.odds !== null && play.odds <= LOW_ODDS ? play.amount : 0),
    bothSidesWagered: progress.bothSidesWagered + (isBothSides ? play.amount : 0),
    lastBetAt: Math.max(progress.lastBetAt ?? play.at, play.at),
  };
}

/**
 * Progress of a bonus whose span just changed (activated, or ended): events that are still kept and lie in the span count, those
 * after its end do not. A change may be told after the bets it covers, as the two come on different ways.
 */
export function recount(rows: Rows, player: string, bonus: BonusRow, isNew: boolean): BonusRow {
  const plays = listPlays(rows, player).filter((play) => isCounted(bonus, play)).sort((a, b) => a.at - b.at || (a.uuid < b.uuid ? -1 : 1));
  if (isNew) return plays.filter(({ at }) => covers(bonus, at)).reduce((counted, play) => ({ ...counted, progress: progressWith(rows, counted, play) }), bonus);
  const after = plays.filter(({ at }) => bonus.endedAt !== null && at > bonus.endedAt);
  return after.length === 0 ? bonus : { ...bonus, progress: after.reduce((progress, play) => without(rows, bonus, progress, play), bonus.progress) };
}

/** Takes out of the progress what happened after the bonus ended. The largest bet stays: it may have been an earlier one. */
function without(rows: Rows, bonus: BonusRow, progress: Progress, play: PlayRow): Progress {
  if (play.type === 'WITHDRAWAL') return { ...progress, withdrawals: progress.withdrawals - 1, withdrawn: progress.withdrawn - play.amount };
  const of = progressWith(rows, { ...bonus, progress }, play);
  return {
    ...progress,
    bets: progress.bets - 1,
    wagered: progress.wagered - play.amount,
    overMaxBets: 2 * progress.overMaxBets - of.overMaxBets,
    lowOddsWagered: 2 * progress.lowOddsWagered - of.lowOddsWagered,
    bothSidesWagered: 2 * progress.bothSidesWagered - of.bothSidesWagered,
  };
}
