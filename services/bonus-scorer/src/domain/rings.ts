import { type BonusRow, bonusesOf, listBonuses } from './bonus';
import { attributesWith, LINK_TYPES, type LinkType, type LinkWeights, linkWeights, playersWith } from './links';
import { activeDaysBefore, readProfile } from './profile';
import type { Rows } from './rows';
import { DAY, HOUR } from './time';

/** What makes a ring; settings of the ring rule. */
export interface RingSettings extends LinkWeights {
  readonly minMembers: number;
  /** Claims of one bonus this close together are coordinated; so many members' must fall within one such time. */
  readonly windowHours: number;
  /** Two accounts are tied when their link weighs at least this. */
  readonly linkThreshold: number;
  /** Accounts active on this many days before they claimed are established players, not accounts made to claim. */
  readonly establishedDays: number;
  /** Accounts of one hand are opened in a batch; those of a family at any time. Accounts opened farther apart are not tied. */
  readonly openedWithinDays: number;
  /** Where only IPs and names tie accounts: claims this close, by accounts at most this old. */
  readonly weakWindowHours: number;
  readonly weakAccountDays: number;
}

export const RING_DEFAULTS: RingSettings = {
  minMembers: 3,
  windowHours: 48,
  linkThreshold: 0.6,
  establishedDays: 3,
  openedWithinDays: 30,
  weakWindowHours: 24,
  weakAccountDays: 7,
  strong: 1,
  ip: 0.4,
  ipMost: 0.7,
  name: 0.2,
  sharedBy: 8,
};

export interface RingClaim {
  readonly player: string;
  readonly bonusId: string;
  readonly at: number;
}

/** One thing that several members share. */
export interface RingLink {
  readonly type: LinkType;
  readonly value: string;
  readonly members: readonly string[];
  /** First sighting of each member with it: the event or change that shows it. */
  readonly sources: readonly string[];
}

/** Accounts tied by what they share and by claiming the same bonus together. */
export interface RingRow {
  /** The member whose coordinated claim was first: stays while the ring grows. */
  readonly id: string;
  readonly members: readonly string[];
  readonly claims: readonly RingClaim[];
  readonly links: readonly RingLink[];
}

export interface RingChange {
  readonly before: RingRow | undefined;
  /** Undefined: the evidence that came since says that it was none. */
  readonly after: RingRow | undefined;
}

const RINGS = 'rings';
const ringOf = (player: string): string => `ring|${player}`;

export function ringWith(rows: Rows, player: string): RingRow | undefined {
  const member = rows.get<{ ring: string }>(ringOf(player), 'ring');
  return member && rows.get<RingRow>(RINGS, member.ring);
}

export const listRings = (rows: Rows): readonly RingRow[] => [...rows.list<RingRow>(RINGS).values()];

/**
 * Whose rings to look at again when the players of an attribute changed because `player` came to it: its own links grew, those
 * among the others can only have become weaker, which matters to those in rings alone.
 */
export const ringSeeds = (rows: Rows, player: string, touched: readonly string[]): readonly string[] => touched.filter((each) => (each === player ? rows.list(bonusesOf(each)).size > 0 : rows.get(ringOf(each), 'ring') !== undefined));

/**
 * Looks again at the rings around `seeds`, whose claims or links changed. A ring is a connected component of tied accounts,
 * worked out anew from the evidence as it stands, so the order in which evidence came does not matter; evidence that makes a
 * link weaker (more players on an IP) takes rings apart again.
 */
export function reviseRings(rows: Rows, seeds: Iterable<string>, settings: RingSettings): readonly RingChange[] {
  const old = new Map<string, RingRow>();
  const seen = new Set<string>();
  const found: RingRow[] = [];
  const queue = [...seeds];
  for (let player = queue.pop(); player !== undefined; player = queue.pop()) {
    if (seen.has(player)) continue;
    const component = componentOf(rows, player, settings);
    for (const member of component.members) {
      seen.add(member);
      const before = ringWith(rows, member);
      if (!before || old.has(before.id)) continue;
      old.set(before.id, before);
      queue.push(...before.members);
    }
    if (areTogether(component.claims.values(), settings)) found.push(describe(rows, component));
  }
  return replace(rows, old, found);
}

interface Component {
  readonly members: ReadonlySet<string>;
  readonly claims: ReadonlyMap<string, RingClaim>;
}

function componentOf(rows: Rows, start: string, settings: RingSettings): Component {
  const members = new Set([start]);
  const claims = new Map<string, RingClaim>();
  const queue = [start];
  for (let player = queue.pop(); player !== undefined; player = queue.pop()) {
    const own = newcomerClaims(rows, player, settings);
    if (own.length === 0) continue;
    for (const [other, link] of linkWeights(rows, player, settings)) {
      if (link.weight < settings.linkThreshold || !openedTogether(rows, player, other, settings)) continue;
      const shared = coordinated(rows, own, newcomerClaims(rows, other, settings), link.strong >= settings.linkThreshold, settings);
      if (shared.length === 0) continue;
      for (const claim of shared) claims.set(`${claim.player}|${claim.bonusId}|${claim.at}`, claim);
      if (!members.has(other)) {
        members.add(other);
        queue.push(other);
      }
    }
  }
  return { members, claims };
}

function openedTogether(rows: Rows, a: string, b: string, { openedWithinDays }: RingSettings): boolean {
  const [one, other] = [readProfile(rows, a)?.firstSeen, readProfile(rows, b)?.firstSeen];
  return one !== undefined && other !== undefined && Math.abs(one - other) <= openedWithinDays * DAY;
}

/** The claims that two tied accounts made together; where only weak evidence ties them, they must be closer and the accounts new. */
function coordinated(rows: Rows, own: readonly RingClaim[], others: readonly RingClaim[], isStrong: boolean, settings: RingSettings): readonly RingClaim[] {
  if (isStrong) return pairs(own, others, settings.windowHours * HOUR);
  const isNew = ({ player, at }: RingClaim) => at - (readProfile(rows, player)?.firstSeen ?? at) <= settings.weakAccountDays * DAY;
  return pairs(own.filter(isNew), others.filter(isNew), settings.weakWindowHours * HOUR);
}

function pairs(own: readonly RingClaim[], others: readonly RingClaim[], window: number): RingClaim[] {
  const found = new Set<RingClaim>();
  for (const mine of own) {
    for (const theirs of others) {
      if (mine.bonusId === theirs.bonusId && Math.abs(mine.at - theirs.at) <= window) found.add(mine).add(theirs);
    }
  }
  return [...found];
}

/** Claims that an account made before it had become an established player. */
function newcomerClaims(rows: Rows, player: string, settings: RingSettings): readonly RingClaim[] {
  const bonuses = listBonuses(rows, player);
  if (bonuses.length === 0) return [];
  const profile = readProfile(rows, player);
  return bonuses
    .flatMap((bonus: BonusRow) => bonus.claims.map((at) => ({ player, bonusId: bonus.bonusId, at })))
    .filter(({ at }) => activeDaysBefore(profile, at) < settings.establishedDays);
}

/** Of a chain in which each claim is close to the next, the times of enough members must fall into one window. */
function areTogether(claims: Iterable<RingClaim>, { minMembers, windowHours }: RingSettings): boolean {
  const sorted = [...claims].sort((a, b) => a.at - b.at);
  return sorted.some((first, from) => {
    const members = new Set<string>();
    for (let at = from; at < sorted.length; at += 1) {
      const { player, bonusId, at: time } = sorted[at] as RingClaim;
      if (time - first.at > windowHours * HOUR) break;
      if (bonusId === first.bonusId) members.add(player);
    }
    return members.size >= minMembers;
  });
}

function describe(rows: Rows, component: Component): RingRow {
  const members = [...component.members].sort();
  const claims = [...component.claims.values()].sort((a, b) => a.at - b.at || compare(a.player, b.player) || compare(a.bonusId, b.bonusId));
  return { id: (claims[0] as RingClaim).player, members, claims, links: linksAmong(rows, members) };
}

const compare = (a: string, b: string): number => (a === b ? 0 : a < b ? -1 : 1);

/** Everything that at least two of the members share. */
function linksAmong(rows: Rows, members: readonly string[]): readonly RingLink[] {
  const among = new Set(members);
  const found = new Map<string, RingLink>();
  for (const member of members) {
    for (const type of LINK_TYPES) {
      for (const value of attributesWith(rows, member, type).keys()) {
        const key = `${type}|${value}`;
        if (found.has(key)) continue;
        const seen = [...playersWith(rows, { type, value })].filter(([player]) => among.has(player)).sort(([a], [b]) => (a < b ? -1 : 1));
        if (seen.length > 1) found.set(key, { type, value, members: seen.map(([player]) => player), sources: seen.map(([, { source }]) => source) });
      }
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, link]) => link);
}

function replace(rows: Rows, old: ReadonlyMap<string, RingRow>, found: readonly RingRow[]): readonly RingChange[] {
  const kept = new Map(found.map((ring) => [ring.id, ring]));
  const changes: RingChange[] = [];
  for (const before of old.values()) {
    if (kept.has(before.id)) continue;
    rows.delete(RINGS, before.id);
    changes.push({ before, after: undefined });
  }
  for (const before of old.values()) for (const member of before.members) rows.delete(ringOf(member), 'ring');
  for (const ring of found) {
    const before = old.get(ring.id);
    for (const member of ring.members) rows.set(ringOf(member), 'ring', { ring: ring.id });
    if (before && JSON.stringify(before) === JSON.stringify(ring)) continue;
    rows.set(RINGS, ring.id, ring);
    changes.push({ before, after: ring });
  }
  return changes;
}
