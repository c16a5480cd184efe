import { type Alert, alertIdOf } from '@stakewatch/contracts';
import type { BonusRow } from './bonus';
import { FACTS, type Facts, linksOf } from './facts';
import type { Policy } from './policy';
import { RING_RULE_ID } from '../rules';
import type { RingChange, RingRow } from './rings';
import type { Rows } from './rows';
import { type CompiledRule, scoreOf } from './rule';

/** The input that made an alert. Times in microseconds UTC. */
export interface Cause {
  readonly companyId: string;
  /** Uuid of the event or the change. */
  readonly uuid: string;
  readonly at: number;
  readonly receivedAt: number;
}

/** An alert without the time at which it was decided, which the shell adds. */
export type AlertContent = Omit<Alert, 'decided_at'>;

const LINKS_SHOWN = 50;
/** A record has room for this many members, claims and links of a ring; the facts say how many there are. */
const RING_SHOWN = 500;

/**
 * The alert of a rule that matched: one per rule, player and activation of a bonus, told once, on the first input that showed it
 * in the order of the company's log. Rules about several accounts list what ties them.
 */
export function alertOf(rows: Rows, cause: Cause, compiled: CompiledRule, player: string, bonus: BonusRow, facts: Facts, policy: Policy): AlertContent | null {
  const { rule } = compiled;
  if (!rule.outcome.alert || rule.id === RING_RULE_ID) return null;
  const mode = compiled.mode === 'live' ? 'live' : 'dry_run';
  const alertId = alertIdOf(cause.companyId, rule.id, mode, 'player', player, bonus.bonusId, bonus.activatedAt);
  if (rows.get(`alerts|${player}`, alertId)) return null;
  rows.set(`alerts|${player}`, alertId, { at: cause.at });
  const links = rule.outcome.tags.some((tag) => tag === 'multi-account' || tag === 'collusion')
    ? linksOf(rows, player, policy.rings).slice(0, LINKS_SHOWN).map(({ other, weight, evidence }) => ({ player: other, weight, evidence }))
    : undefined;
  return {
    ...common(cause, compiled),
    alert_id: alertId,
    revision: 1,
    status: 'open',
    mode,
    subject_type: 'player',
    subject: player,
    player_id: player,
    window_start: bonus.activatedAt,
    window_end: bonus.endedAt ?? cause.at,
    currency: bonus.currencyCode ?? '',
    facts: numbers(facts, bonus.activatedAt, cause.at),
    settings: JSON.stringify({ ...compiled.settings, bonusId: bonus.bonusId, ...(links ? { links } : {}) }),
  };
}

/** Revisions of ring alerts: raised, changed with the ring, withdrawn when the evidence says that it was none. */
export function ringAlerts(rows: Rows, cause: Cause, changes: readonly RingChange[], policy: Policy): readonly AlertContent[] {
  const compiled = policy.rules.find(({ rule }) => rule.id === RING_RULE_ID);
  if (!compiled || compiled.mode === 'off') return [];
  const mode = compiled.mode === 'live' ? 'live' : 'dry_run';
  return changes.map(({ before, after }) => {
    const ring = (after ?? before) as RingRow;
    const alertId = alertIdOf(cause.companyId, RING_RULE_ID, mode, 'ring', ring.id, '', 0);
    const revision = (rows.get<{ revision: number }>('ring-alerts', alertId)?.revision ?? 0) + 1;
    rows.set('ring-alerts', alertId, { revision });
    const [from, to] = [ring.claims[0]?.at ?? cause.at, ring.claims.at(-1)?.at ?? cause.at];
    const fact = (name: string, value: number) => ({ name, value, window_start: from, window_end: to, truncated: false });
    return {
      ...common(cause, compiled),
      alert_id: alertId,
      revision,
      status: after ? ('open' as const) : ('withdrawn' as const),
      mode,
      subject_type: 'ring',
      subject: ring.id,
      player_id: ring.id,
      window_start: from,
      window_end: to,
      currency: '',
      facts: [fact('ringSize', ring.members.length), fact('claims', ring.claims.length), fact('links', ring.links.length)],
      settings: JSON.stringify({ ...compiled.settings, members: ring.members.slice(0, RING_SHOWN), claims: ring.claims.slice(0, RING_SHOWN), links: ring.links.slice(0, RING_SHOWN) }),
      ...sourcesOf(ring),
    };
  });
}

/** Events and changes that the ring rests on, the newest 100 listed. */
function sourcesOf(ring: RingRow): { event_uuids: string[]; event_count: number } {
  const all = [...new Set(ring.links.flatMap(({ sources }) => sources))];
  return { event_uuids: all.slice(-100), event_count: all.length };
}

function common(cause: Cause, compiled: CompiledRule) {
  const { rule } = compiled;
  return {
    company_id: cause.companyId,
    rule_id: rule.id,
    rule_version: compiled.version,
    rule_title: rule.title,
    severity: rule.outcome.severity,
    score: Math.min(100, scoreOf(compiled)),
    tags: [...rule.outcome.tags],
    event_uuid: cause.uuid,
    event_timestamp: cause.at,
    event_uuids: [cause.uuid],
    event_count: 1,
    event_received_at: cause.receivedAt,
  };
}

function numbers(facts: Facts, from: number, to: number): AlertContent['facts'] {
  return Object.entries(FACTS)
    .filter(([name, { type }]) => type === 'double' && facts[name as keyof Facts] !== 0)
    .map(([name]) => ({ name, value: facts[name as keyof Facts] as number, window_start: from, window_end: to, truncated: false }));
}
