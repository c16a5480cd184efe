import type { BonusStatus } from './inputs';
import type { Rows } from './rows';

/** A player's one bonus and how it is being played. Amounts as the operator sent them; bets in whole currency units. */
export interface BonusRow {
  readonly bonusId: string;
  readonly status: BonusStatus;
  readonly amount: number;
  readonly maxBonusAmount: number | null;
  readonly maxBetAmount: number | null;
  readonly wagerRequirement: number | null;
  readonly currencyCode: string | null;
  readonly activatedAt: number;
  /** Null while it is active. */
  readonly endedAt: number | null;
  /** Transaction that activated it. */
  readonly activatedBy: string;
  /** Times of every activation, the newest MAX_CLAIMS of them. */
  readonly claims: readonly number[];
  readonly cancels: number;
  /** Deposits in the 24 h before it was activated. */
  readonly depositsBefore: number;
  readonly progress: Progress;
}

/** What was played while the bonus was active. Sums over a set of events, so their order does not matter. */
export interface Progress {
  readonly bets: number;
  readonly wagered: number;
  readonly overMaxBets: number;
  readonly largestBet: number;
  /** Part of `wagered` at odds of at most LOW_ODDS. */
  readonly lowOddsWagered: number;
  /** Part of `wagered` on events on which the player also backed the other side. */
  readonly bothSidesWagered: number;
  readonly withdrawals: number;
  /** Withdrawals made before the requirement was met. */
  readonly earlyWithdrawals: number;
  readonly withdrawn: number;
  readonly lastBetAt: number | null;
}

export const LOW_ODDS = 1.2;
const MAX_CLAIMS = 10;
const NO_PROGRESS: Progress = { bets: 0, wagered: 0, overMaxBets: 0, largestBet: 0, lowOddsWagered: 0, bothSidesWagered: 0, withdrawals: 0, earlyWithdrawals: 0, withdrawn: 0, lastBetAt: null };

export const bonusesOf = (player: string): string => `bonus|${player}`;
const CLAIMANTS = 'claimants';

/** Puts a player's bonus. */
export function keepBonus(rows: Rows, player: string, bonus: BonusRow): void {
  rows.set(bonusesOf(player), bonus.bonusId, bonus);
  if (!rows.get(CLAIMANTS, player)) rows.set(CLAIMANTS, player, {});
}

/** Players who ever had a bonus. */
export const claimants = (rows: Rows): { has(player: string): boolean; readonly size: number } => rows.list(CLAIMANTS);

export const isActive = (bonus: BonusRow): boolean => bonus.status === 'activated';

/** Whether something at `at` happened while the bonus was active. */
export const covers = (bonus: BonusRow, at: number): boolean => at >= bonus.activatedAt && (bonus.endedAt === null || at <= bonus.endedAt);

/** How far the requirement is met: 1 is met; a bonus without one is met from the start. */
export const wagerRatio = (bonus: BonusRow): number => (bonus.wagerRequirement ? bonus.progress.wagered / bonus.wagerRequirement : 1);

export interface Refusal {
  readonly path: string;
  readonly message: string;
}

/**
 * Where a bonus may go: only an active one can end, an ended one stays ended; a canceled one may be claimed again (which rules
 * look at). Null when the change is possible.
 */
export function transitionFault(current: BonusRow | undefined, next: BonusStatus): Refusal | null {
  const path = 'gamblingBonusChangeInfo.status';
  if (next === 'activated') {
    if (current === undefined || current.status === 'canceled') return null;
    const why = current.status === 'activated' ? 'it is active already' : `it was ${current.status}, which is final`;
    return { path, message: `bonus ${current.bonusId} cannot be activated: ${why}` };
  }
  if (current === undefined) return { path, message: `the bonus cannot be ${next}: it was never activated for this player (send activated with its own txnDate first)` };
  if (current.status === 'activated') return null;
  return { path, message: `bonus ${current.bonusId} cannot go from ${current.status} to ${next}` };
}

export interface ChangeTerms {
  readonly bonusId: string;
  readonly status: BonusStatus;
  readonly amount: number;
  readonly maxBonusAmount: number | null;
  readonly maxBetAmount: number | null;
  readonly wagerRequirement: number | null;
  readonly currencyCode: string | null;
  readonly txnId: string;
  readonly at: number;
}

/** The bonus after a possible change. A later change may restate amounts; what it leaves out stays. */
export function changed(current: BonusRow | undefined, terms: ChangeTerms): BonusRow {
  const { bonusId, status, amount, at } = terms;
  const limits = {
    maxBonusAmount: terms.maxBonusAmount ?? current?.maxBonusAmount ?? null,
    maxBetAmount: terms.maxBetAmount ?? current?.maxBetAmount ?? null,
    wagerRequirement: terms.wagerRequirement ?? current?.wagerRequirement ?? null,
    currencyCode: terms.currencyCode ?? current?.currencyCode ?? null,
  };
  if (status === 'activated' || current === undefined) {
    const claims = [...(current?.claims ?? []), at].slice(-MAX_CLAIMS);
    return { bonusId, status, amount, ...limits, activatedAt: at, endedAt: null, activatedBy: terms.txnId, claims, cancels: current?.cancels ?? 0, depositsBefore: 0, progress: NO_PROGRESS };
  }
  return { ...current, ...limits, status, amount, endedAt: at, cancels: current.cancels + (status === 'canceled' ? 1 : 0) };
}

export function listBonuses(rows: Rows, player: string): readonly BonusRow[] {
  return [...rows.list<BonusRow>(bonusesOf(player)).values()];
}
