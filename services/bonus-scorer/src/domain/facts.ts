import { type BonusRow, listBonuses, wagerRatio } from './bonus';
import { listPlays, oppositeTo, type PlayRow } from './bets';
import { attributesWith, linkBetween, type LinkType, neighbours, playersWith } from './links';
import { activeDaysBefore, readProfile } from './profile';
import { type RingSettings, ringWith } from './rings';
import { operatorsWith } from './group-claims';
import type { Rows } from './rows';
import { DAY, HOUR } from './time';

/** What a fact looks at: hours back from the claim (activation) or from now, or the time in which the bonus was active. */
export interface FactWindow {
  readonly from: 'activation' | 'now' | 'bonus';
  readonly hours?: number;
}
export interface FactMeaning {
  readonly type: 'double' | 'string';
  readonly doc: string;
  readonly unit: string;
  /** Absent: it has none. */
  readonly window?: FactWindow;
}

const CLAIMS: FactWindow = { from: 'activation', hours: 720 };
const A_DAY: FactWindow = { from: 'activation', hours: 24 };
const TWO_DAYS: FactWindow = { from: 'now', hours: 48 };
const GROUP: FactWindow = { from: 'now', hours: 720 };
const BONUS: FactWindow = { from: 'bonus' };

/**
 * The vocabulary of bonus rules: what a condition may name beside its own settings. Amounts are in the bonus's currency, as the
 * operator sent them; a limit that the operator did not send is 0.
 */
export const FACTS = {
  status: { type: 'string', doc: 'The new status of the bonus (activated, canceled, lost, finished, expired); the event type where an event made the rule run.', unit: 'text' },
  currencyType: { type: 'string', doc: 'fiat or crypto.', unit: 'text' },
  amount: { type: 'double', doc: 'Amount of the bonus.', unit: 'amount' },
  maxBonusAmount: { type: 'double', doc: 'The most a player may get by it.', unit: 'amount' },
  maxBetAmount: { type: 'double', doc: 'The most a player may bet while it is active.', unit: 'amount' },
  wagerRequirement: { type: 'double', doc: 'What must be bet in all before it is paid out.', unit: 'amount' },
  deviceClaimants: { type: 'double', doc: 'Other players seen on a device of this player who claimed the same bonus within 30 days. A device of more than 64 players counts for none.', unit: 'players', window: CLAIMS },
  phoneClaimants: { type: 'double', doc: 'The same by phone number.', unit: 'players', window: CLAIMS },
  paymentClaimants: { type: 'double', doc: 'The same by payment account: crypto address or attempt, mobile money account.', unit: 'players', window: CLAIMS },
  ipClaimants: { type: 'double', doc: 'The same by IP address, within a day.', unit: 'players', window: A_DAY },
  cancels: { type: 'double', doc: 'How often this player canceled this bonus before.', unit: 'times' },
  ringSize: { type: 'double', doc: 'Members of the claim ring that the player is in; 0 when in none.', unit: 'players' },
  oppositeBets: { type: 'double', doc: 'Bets of linked accounts that oppose bets of this player on the same event, within the last 48 h.', unit: 'bets', window: TWO_DAYS },
  bets: { type: 'double', doc: 'Bets while the bonus was active.', unit: 'bets', window: BONUS },
  betAmount: { type: 'double', doc: 'The bet that made the rule run; 0 when none did.', unit: 'amount' },
  largestBet: { type: 'double', doc: 'The largest bet while the bonus was active.', unit: 'amount', window: BONUS },
  overMaxBets: { type: 'double', doc: 'Bets above maxBetAmount while it was active.', unit: 'bets', window: BONUS },
  wagered: { type: 'double', doc: 'Sum of bets while it was active.', unit: 'amount', window: BONUS },
  wagerRatio: { type: 'double', doc: 'wagered / wagerRequirement; 1 where there is no requirement.', unit: 'ratio', window: BONUS },
  lowOddsShare: { type: 'double', doc: 'Part of wagered at odds of at most 1.2, 0 to 1.', unit: '0 to 1', window: BONUS },
  bothSidesShare: { type: 'double', doc: 'Part of wagered on bets that oppose another bet of the same player, 0 to 1. Each pair counts by its later bet.', unit: '0 to 1', window: BONUS },
  withdrawals: { type: 'double', doc: 'Withdrawals while it was active.', unit: 'withdrawals', window: BONUS },
  earlyWithdrawals: { type: 'double', doc: 'Withdrawals before the requirement was met.', unit: 'withdrawals', window: BONUS },
  depositsBefore: { type: 'double', doc: 'Deposits in the 24 h before it was activated.', unit: 'deposits', window: A_DAY },
  hoursSinceLastBet: { type: 'double', doc: 'From the last bet under it to now; 0 when there was none.', unit: 'hours', window: BONUS },
  accountAgeHours: { type: 'double', doc: 'From the first sight of the player to the activation.', unit: 'hours' },
  activeDaysBefore: { type: 'double', doc: 'Days on which the player was active before the activation, at most 30.', unit: 'days' },
  otherOperators: { type: 'double', doc: 'Other operators of the same group at which a device, phone or payment account of this player was used to claim within 30 days.', unit: 'operators', window: GROUP },
  gnomes: { type: 'double', doc: 'Other accounts of a device of this player that claimed within 72 h of their first sight and did nothing more than a day after it, within 30 days.', unit: 'players', window: GROUP },
} as const satisfies Record<string, FactMeaning>;

export type FactName = keyof typeof FACTS;
export type Facts = { readonly [N in FactName]: (typeof FACTS)[N]['type'] extends 'string' ? string : number };

/** Facts of rules' examples: what is not given is nothing. */
export const NO_FACTS = Object.fromEntries(Object.entries(FACTS).map(([name, { type }]) => [name, type === 'string' ? '' : 0])) as unknown as Facts;

export interface FactsAt {
  readonly companyId: string;
  readonly player: string;
  readonly bonus: BonusRow;
  readonly status: string;
  readonly currencyType: string;
  readonly cancelsBefore: number;
  /** Time of the change or event. */
  readonly at: number;
  readonly play: PlayRow | null;
  readonly rings: RingSettings;
}

/** The facts named (all, when none are); the others are nothing. */
export function factsOf(rows: Rows, of: FactsAt, named?: ReadonlySet<string>): Facts {
  const found: Record<string, string | number> = { ...NO_FACTS };
  for (const [name, compute] of Object.entries(COMPUTE)) if (!named || named.has(name)) found[name] = compute(rows, of);
  return found as unknown as Facts;
}

const shareOf = ({ progress }: BonusRow, part: number): number => (progress.wagered > 0 ? part / progress.wagered : 0);
const claimants = (rows: Rows, { player, bonus }: FactsAt, type: LinkType, window: number): number => claimantsSharing(rows, player, type, bonus, window).size;

const COMPUTE: { readonly [N in FactName]: (rows: Rows, of: FactsAt) => Facts[N] } = {
  status: (_rows, { status }) => status,
  currencyType: (_rows, { currencyType }) => currencyType,
  amount: (_rows, { bonus }) => bonus.amount,
  maxBonusAmount: (_rows, { bonus }) => bonus.maxBonusAmount ?? 0,
  maxBetAmount: (_rows, { bonus }) => bonus.maxBetAmount ?? 0,
  wagerRequirement: (_rows, { bonus }) => bonus.wagerRequirement ?? 0,
  deviceClaimants: (rows, of) => claimants(rows, of, 'device', 30 * DAY),
  phoneClaimants: (rows, of) => claimants(rows, of, 'phone', 30 * DAY),
  paymentClaimants: (rows, of) => claimants(rows, of, 'payment', 30 * DAY),
  ipClaimants: (rows, of) => claimants(rows, of, 'ip', DAY),
  cancels: (_rows, { cancelsBefore }) => cancelsBefore,
  ringSize: (rows, { player }) => ringWith(rows, player)?.members.length ?? 0,
  oppositeBets: (rows, { player, play, rings }) => linkedOppositeBets(rows, player, play ? [play] : listPlays(rows, player), rings).length,
  bets: (_rows, { bonus }) => bonus.progress.bets,
  betAmount: (_rows, { play }) => (play?.type === 'BET_PLACED' ? play.amount : 0),
  largestBet: (_rows, { bonus }) => bonus.progress.largestBet,
  overMaxBets: (_rows, { bonus }) => bonus.progress.overMaxBets,
  wagered: (_rows, { bonus }) => bonus.progress.wagered,
  wagerRatio: (_rows, { bonus }) => wagerRatio(bonus),
  lowOddsShare: (_rows, { bonus }) => shareOf(bonus, bonus.progress.lowOddsWagered),
  bothSidesShare: (_rows, { bonus }) => shareOf(bonus, bonus.progress.bothSidesWagered),
  withdrawals: (_rows, { bonus }) => bonus.progress.withdrawals,
  earlyWithdrawals: (_rows, { bonus }) => bonus.progress.earlyWithdrawals,
  depositsBefore: (_rows, { bonus }) => bonus.depositsBefore,
  hoursSinceLastBet: (_rows, { bonus, at }) => (bonus.progress.lastBetAt === null ? 0 : Math.max(0, at - bonus.progress.lastBetAt) / HOUR),
  accountAgeHours: (rows, { player, bonus }) => Math.max(0, bonus.activatedAt - (readProfile(rows, player)?.firstSeen ?? bonus.activatedAt)) / HOUR,
  activeDaysBefore: (rows, { player, bonus }) => activeDaysBefore(readProfile(rows, player), bonus.activatedAt),
  otherOperators: (rows, { companyId, player, at }) => operatorsWith(rows, companyId, player, at).size,
  gnomes: (rows, { player, at }) => gnomesBeside(rows, player, at),
};

/** Other players who share an attribute of one kind and claimed the same bonus within `window` of this claim. */
export function claimantsSharing(rows: Rows, player: string, type: LinkType, bonus: BonusRow, window: number): ReadonlySet<string> {
  const found = new Set<string>();
  for (const value of attributesWith(rows, player, type).keys()) {
    for (const other of playersWith(rows, { type, value }).keys()) {
      if (other === player || found.has(other)) continue;
      const claims = rows.get<BonusRow>(`bonus|${other}`, bonus.bonusId)?.claims ?? [];
      if (claims.some((at) => Math.abs(at - bonus.activatedAt) <= window)) found.add(other);
    }
  }
  return found;
}

export interface OppositePair {
  readonly own: PlayRow;
  readonly other: PlayRow;
}

/** Bets of accounts linked to `player` that oppose one of `plays`. */
export function linkedOppositeBets(rows: Rows, player: string, plays: readonly PlayRow[], settings: RingSettings): readonly OppositePair[] {
  const found: OppositePair[] = [];
  const linked = new Map<string, boolean>();
  for (const own of plays) {
    if (own.type !== 'BET_PLACED') continue;
    for (const other of oppositeTo(rows, own)) {
      if (other.player === player) continue;
      let isLinked = linked.get(other.player);
      if (isLinked === undefined) linked.set(other.player, (isLinked = linkBetween(rows, player, other.player, settings).weight >= settings.linkThreshold));
      if (isLinked) found.push({ own, other });
    }
  }
  return found;
}

const GNOME_AGE = 72 * HOUR;

/** Accounts of the same devices that were made, claimed, and fell silent. */
function gnomesBeside(rows: Rows, player: string, at: number): number {
  const onDevices = new Set<string>();
  for (const value of attributesWith(rows, player, 'device').keys()) for (const other of playersWith(rows, { type: 'device', value }).keys()) onDevices.add(other);
  onDevices.delete(player);
  return [...onDevices].filter((other) => isGnome(rows, other, at)).length;
}

function isGnome(rows: Rows, player: string, at: number): boolean {
  const profile = readProfile(rows, player);
  if (!profile || at - profile.newest < DAY) return false;
  return listBonuses(rows, player).some(({ activatedAt }) => at - activatedAt <= 30 * DAY && activatedAt - profile.firstSeen <= GNOME_AGE && profile.newest - activatedAt <= DAY);
}

/** Everything that ties `player` to others, strongest first. */
export function linksOf(rows: Rows, player: string, settings: RingSettings) {
  return [...neighbours(rows, player)]
    .map((other) => ({ other, ...linkBetween(rows, player, other, settings) }))
    .sort((a, b) => b.weight - a.weight || (a.other < b.other ? -1 : 1));
}

