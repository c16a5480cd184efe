import { type AlertContent, alertOf, type Cause, ringAlerts } from './alerts';
import { advance, countDeposit, keepPlay, oppositeTo, type PlayRow } from './bets';
import { type BonusRow, claimants, covers, listBonuses } from './bonus';
import { type Facts, factsOf } from './facts';
import type { Signal, Trigger } from './inputs';
import { type Attribute, observe } from './links';
import type { Policy } from './policy';
import { LATENESS, readProfile, touch } from './profile';
import { reviseRings, ringSeeds } from './rings';
import type { Rows } from './rows';
import type { CompiledRule, Evaluation } from './rule';
import { rulesOn } from './score';

/** One rule run on one bonus because of an event. */
export interface Evaluated {
  readonly rule: CompiledRule;
  readonly player: string;
  readonly bonus: BonusRow;
  readonly facts: Facts;
  readonly evaluation: Evaluation;
}
export type Watch = (evaluated: Evaluated) => void;
const NOBODY: Watch = () => undefined;

/**
 * Takes in what one betting event says: evidence of links whenever it comes, money and bets unless they come too late. The same
 * event again changes nothing.
 */
export function observeSignal(rows: Rows, companyId: string, signal: Signal, policy: Policy, watch: Watch = NOBODY): readonly AlertContent[] {
  const { player_id: player, event_timestamp: at } = signal;
  const cause: Cause = { companyId, uuid: signal.event_uuid, at, receivedAt: signal.received_at };
  const before = readProfile(rows, player);
  const profile = touch(rows, player, at);
  const isNewDay = before !== undefined && (before.days !== profile.days || before.firstSeen !== profile.firstSeen);
  const touched = attributesOf(signal).flatMap((attribute) => observe(rows, player, attribute, at, signal.event_uuid));
  const seeds = ringSeeds(rows, player, isNewDay ? [...touched, player] : touched);
  const rings = seeds.length === 0 ? [] : ringAlerts(rows, cause, reviseRings(rows, seeds, policy.rings), policy);
  const play = at < profile.newest - LATENESS ? null : keepPlay(rows, playOf(signal), profile.newest);
  if (play === null) return rings;
  if (play.type === 'DEPOSIT') countDeposit(rows, play);
  return [...rings, ...playAlerts(rows, cause, play, policy, watch)];
}

function playAlerts(rows: Rows, cause: Cause, play: PlayRow, policy: Policy, watch: Watch): readonly AlertContent[] {
  if (play.type !== 'BET_PLACED' && play.type !== 'WITHDRAWAL') return [];
  const own = advance(rows, play).flatMap((bonus) => evaluate(rows, cause, play, bonus, policy, watch));
  // The other side's player may be the one with the bonus.
  const others = play.type === 'WITHDRAWAL' ? [] : oppositeTo(rows, play, claimants(rows)).filter(({ player }) => player !== play.player);
  return [...own, ...others.flatMap((other) => listBonuses(rows, other.player).filter((bonus) => covers(bonus, other.at)).flatMap((bonus) => evaluate(rows, cause, other, bonus, policy, watch)))];
}

function evaluate(rows: Rows, cause: Cause, play: PlayRow, bonus: BonusRow, policy: Policy, watch: Watch): readonly AlertContent[] {
  const rules = rulesOn(policy, play.type as Trigger);
  if (rules.length === 0) return [];
  const named = new Set(rules.flatMap((rule) => [...rule.facts]));
  const of = { companyId: cause.companyId, player: play.player, bonus, at: play.at, status: play.type, currencyType: '', cancelsBefore: bonus.cancels, play, rings: policy.rings };
  const facts = factsOf(rows, of, named);
  return rules
    .filter((rule) => {
      const evaluation = rule.evaluate(facts);
      watch({ rule, player: play.player, bonus, facts, evaluation });
      return evaluation.holds;
    })
    .flatMap((rule) => alertOf(rows, cause, rule, play.player, bonus, facts, policy) ?? []);
}

function attributesOf({ device_id, player_phone, ip_address, operator }: Signal): readonly Attribute[] {
  const found: Attribute[] = [];
  if (device_id !== null) found.push({ type: 'device', value: device_id });
  if (player_phone !== null) found.push({ type: 'phone', value: player_phone });
  if (ip_address !== null) found.push({ type: 'ip', value: ip_address });
  // A mobile money account is an operator's account of a phone number.
  if (operator !== null && player_phone !== null) found.push({ type: 'payment', value: `${operator}:${player_phone}` });
  return found;
}

const playOf = (signal: Signal): PlayRow => ({
  uuid: signal.event_uuid,
  player: signal.player_id,
  type: signal.event_type,
  at: signal.event_timestamp,
  amount: signal.amount,
  currency: signal.currency,
  game: signal.game_id,
  odds: signal.game_odds,
  betId: signal.game_bet_id,
  won: null,
});
