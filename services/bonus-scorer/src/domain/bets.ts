import { type BonusRow, covers, isActive, keepBonus, listBonuses, LOW_ODDS, type Progress } from './bonus';
import type { Signal } from './inputs';
import { LATENESS } from './profile';
import type { Rows } from './rows';
import { DAY } from './time';

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
  /** Of a bet: how it ended; null while that is not known. */
  readonly won: boolean | null;
}

/** Twice the lateness: an event that still counts finds everything that it may meet. */
const KEPT_FOR = 2 * LATENESS;
const KEPT_PER_PLAYER = 400;
const KEPT_PER_GAME = 400;

const PLAYS = 'plays|';
const GAME = 'game|';
const playsOf = (player: string): string => `${PLAYS}${player}`;
const betsOn = (game: string): string => `${GAME}${game}`;

/** Whether a group is one of those here, which grow with the events and not with the players. */
export const growsWithEvents = (group: string): boolean => group.startsWith(PLAYS) || group.startsWith(GAME);

/** How these rows stand in the log, as there are as many of them as events: the group says the player or the game, the id the uuid. */
export const PLAY_FORM = {
  write(group: string, row: object): unknown {
    const { type, at, amount, currency, player, game, odds, betId, won } = row as PlayRow;
    return [type, at, amount, currency, group.startsWith(PLAYS) ? game : player, odds, betId, won];
  },
  read(group: string, uuid: string, stored: unknown): PlayRow {
    const [type, at, amount, currency, other, odds, betId, won] = stored as [string, number, number, string, string | null, number | null, string | null, boolean | null];
    const [player, game] = group.startsWith(PLAYS) ? [group.slice(PLAYS.length), other] : [other as string, group.slice(GAME.length)];
    return { uuid, player, type, at, amount, currency, game, odds, betId, won };
  },
};

/** Groups that taking in an event reads and writes, beside those that hold what ties accounts. */
export const groupsOfSignal = ({ player_id: player, event_type: type, game_id: game }: Signal): readonly string[] => (type === 'BET_PLACED' && game !== null ? [playsOf(player), betsOn(game)] : [playsOf(player)]);

/** Groups that deciding a change of a player's bonus reads. */
export const groupsOfChange = (player: string): readonly string[] => [playsOf(player)];

/** Groups of the games that a player has bet on; of one bet where `betId` names it. Known once the player's plays are at hand. */
export function gamesBetOn(rows: Pick<Rows, 'list'>, player: string, betId?: string): readonly string[] {
  const games = new Set<string>();
  for (const { type, game, betId: own } of rows.list<PlayRow>(playsOf(player)).values()) if (type === 'BET_PLACED' && game !== null && (betId === undefined || own === betId)) games.add(betsOn(game));
  return [...games];
}

export const listPlays = (rows: Rows, player: string): readonly PlayRow[] => [...rows.list<PlayRow>(playsOf(player)).values()];

const RESULTS: ReadonlySet<string> = new Set(['BET_WON', 'BET_LOST']);
const isResult = ({ type }: PlayRow): boolean => RESULTS.has(type);
/** Whether it tells how a bet that it names ended. */
export const isResultOfBet = ({ event_type: type, game_bet_id: betId }: Signal): boolean => betId !== null && RESULTS.has(type);

/** Keeps a new event, and gives it as it is kept; null: it was there, and changes nothing. */
export function keepPlay(rows: Rows, given: PlayRow, newest: number): PlayRow | null {
  const plays = playsOf(given.player);
  if (rows.get(plays, given.uuid)) return null;
  const row = given.type === 'BET_PLACED' ? { ...given, won: resultOf(rows, given) } : given;
  if (isResult(row)) settleBets(rows, row);
  keep(rows, plays, row, newest, KEPT_PER_PLAYER);
  if (row.type === 'BET_PLACED' && row.game !== null) keep(rows, betsOn(row.game), row, newest, KEPT_PER_GAME);
  return row;
}

function keep(rows: Rows, group: string, row: PlayRow, newest: number, most: number): void {
  rows.set(group, row.uuid, row);
  forget(rows, group, newest - KEPT_FOR, most);
}

/** How a bet ended, when its result came before it: of several, the last that came. */
function resultOf(rows: Rows, { player, betId }: PlayRow): boolean | null {
  let won: boolean | null = null;
  if (betId === null) return won;
  for (const play of rows.list<PlayRow>(playsOf(player)).values()) if (play.betId === betId && isResult(play)) won = play.type === 'BET_WON';
  return won;
}

/** Writes how it ended to the bet, among its player's plays and among the bets on its game: who reads one has not the other at hand. */
function settleBets(rows: Rows, { player, betId, type }: PlayRow): void {
  if (betId === null) return;
  const won = type === 'BET_WON';
  for (const bet of listPlays(rows, player)) {
    if (bet.type !== 'BET_PLACED' || bet.betId !== betId || bet.won === won) continue;
    rows.set(playsOf(player), bet.uuid, { ...bet, won });
    if (bet.game !== null && rows.get(betsOn(bet.game), bet.uuid)) rows.set(betsOn(bet.game), bet.uuid, { ...bet, won });
  }
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
export function areOpposite(a: PlayRow, b: PlayRow): boolean {
  // What most pairs differ in comes first: bets on one event are compared by the hundred.
  if (!areTwoSides(a, b) || Math.abs(a.at - b.at) > LATENESS) return false;
  return a.game !== null && a.game === b.game && a.currency === b.currency && a.uuid !== b.uuid;
}

function areTwoSides(a: PlayRow, b: PlayRow): boolean {
  const known = a.won !== null && b.won !== null;
  if (known && a.won === b.won) return false;
  if (a.odds === null || b.odds === null) return known && near(a.amount, b.amount);
  const sides = 1 / a.odds + 1 / b.odds;
  return sides >= TWO_SIDES.least && sides <= TWO_SIDES.most && near(a.amount * a.odds, b.amount * b.odds);
}

const near = (a: number, b: number): boolean => Math.abs(a - b) <= PAYOUT_TOLERANCE * Math.max(a, b);

/** Bets of other players, and of the player's own, that oppose `bet`; only those `by` the players given, where these alone matter. */
export function oppositeTo(rows: Rows, bet: PlayRow, by?: { has(player: string): boolean; readonly size: number }): readonly PlayRow[] {
  const found: PlayRow[] = [];
  if (bet.game === null || by?.size === 0) return found;
  for (const other of rows.list<PlayRow>(betsOn(bet.game)).values()) if ((by === undefined || by.has(other.player)) && areOpposite(bet, other)) found.push(other);
  return found;
}

/** Whether the player backed the other side, too. */
function isBothSides(rows: Rows, bet: PlayRow): boolean {
  for (const other of rows.list<PlayRow>(playsOf(bet.player)).values()) if (other.type === 'BET_PLACED' && areOpposite(bet, other)) return true;
  return false;
}

/** Counts a new event for every bonus that was active when it happened. Gives the bonuses it counted for, as they stand now. */
export function advance(rows: Rows, play: PlayRow): readonly BonusRow[] {
  return listBonuses(rows, play.player)
    .filter((bonus) => covers(bonus, play.at) && isCounted(bonus, play))
    .map((bonus) => {
      const after = { ...bonus, progress: progressWith(rows, bonus, play) };
      keepBonus(rows, play.player, after);
      return after;
    });
}

/** Counts a new deposit for every bonus that was activated within the day after it. */
export function countDeposit(rows: Rows, play: PlayRow): void {
  for (const bonus of listBonuses(rows, play.player)) if (isDepositBefore(bonus, play)) keepBonus(rows, play.player, { ...bonus, depositsBefore: bonus.depositsBefore + 1 });
}

const isDepositBefore = ({ activatedAt }: BonusRow, { type, at }: PlayRow): boolean => type === 'DEPOSIT' && at <= activatedAt && at > activatedAt - DAY;

const isCounted = (bonus: BonusRow, { type, currency }: PlayRow): boolean =>
  (type === 'BET_PLACED' || type === 'WITHDRAWAL') && (bonus.currencyCode === null || bonus.currencyCode === currency);

function progressWith(rows: Rows, bonus: BonusRow, play: PlayRow): Progress {
  const { progress } = bonus;
  if (play.type === 'WITHDRAWAL') {
    const early = isActive(bonus) && bonus.wagerRequirement !== null && progress.wagered < bonus.wagerRequirement;
    return { ...progress, withdrawals: progress.withdrawals + 1, withdrawn: progress.withdrawn + play.amount, earlyWithdrawals: progress.earlyWithdrawals + (early ? 1 : 0) };
  }
  return {
    ...progress,
    bets: progress.bets + 1,
    wagered: progress.wagered + play.amount,
    overMaxBets: progress.overMaxBets + (bonus.maxBetAmount !== null && play.amount > bonus.maxBetAmount ? 1 : 0),
    largestBet: Math.max(progress.largestBet, play.amount),
    lowOddsWagered: progress.lowOddsWagered + (play.odds !== null && play.odds <= LOW_ODDS ? play.amount : 0),
    bothSidesWagered: progress.bothSidesWagered + (isBothSides(rows, play) ? play.amount : 0),
    lastBetAt: Math.max(progress.lastBetAt ?? play.at, play.at),
  };
}

/**
 * Progress of a bonus whose span just changed (activated, or ended): events that are still kept and lie in the span count, those
 * after its end do not. A change may be told after the bets it covers, as the two come on different ways.
 */
export function recount(rows: Rows, player: string, bonus: BonusRow, isNew: boolean): BonusRow {
  const all = listPlays(rows, player);
  const plays = all.filter((play) => isCounted(bonus, play)).sort((a, b) => a.at - b.at || (a.uuid < b.uuid ? -1 : 1));
  if (isNew) {
    const fresh = { ...bonus, depositsBefore: all.filter((play) => isDepositBefore(bonus, play)).length };
    return plays.filter(({ at }) => covers(bonus, at)).reduce((counted, play) => ({ ...counted, progress: progressWith(rows, counted, play) }), fresh);
  }
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
