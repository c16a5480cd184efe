import { DAY } from './time';
import type { Rows } from './rows';

/** What can tie accounts together. payment: a crypto address or attempt, or a mobile money account. */
export const LINK_TYPES = ['device', 'phone', 'payment', 'ip', 'name'] as const;
export type LinkType = (typeof LINK_TYPES)[number];

export interface Attribute {
  readonly type: LinkType;
  readonly value: string;
}

/** A player was seen with an attribute. */
export interface SightingRow {
  /** Earliest time, and the event or change that shows it. */
  readonly first: number;
  readonly source: string;
  /** Latest time, to the day: written once a day, and only to tell which attribute was not seen for longest. */
  readonly last: number;
}

interface CrowdRow {
  readonly crowded: true;
}

/** More players than this on one attribute say nothing about any of them (carrier NAT, a public terminal, a common name). */
export const CROWD = 64;
/** Attributes of one type kept per player, the most recently seen. */
const KEPT: Readonly<Record<LinkType, number>> = { device: 32, phone: 16, payment: 32, ip: 40, name: 4 };
/** Not a player id: ids have at least one character. */
const CROWD_ID = '';

const NOBODY: ReadonlyMap<string, SightingRow> = new Map<string, SightingRow>();

const keyOf = ({ type, value }: Attribute): string => `${type}|${value}`;
const playersOf = (attribute: Attribute): string => `of|${keyOf(attribute)}`;
const attributesOf = (player: string, type: LinkType): string => `has|${type}|${player}`;

/** How much each kind of sharing says; a company sets them in the ring rule. */
export interface LinkWeights {
  readonly strong: number;
  readonly ip: number;
  /** IPs alone say at most this. */
  readonly ipMost: number;
  readonly name: number;
  /** From this many players on, an attribute says less with each one more. */
  readonly sharedBy: number;
}

/**
 * Takes in that `player` was seen with `attribute`. A set of sightings, so neither order nor repeats matter.
 * When the set of players on the attribute changes, gives those players, and the player alone when only its first sighting
 * changes: what rests on it is looked at again.
 */
export function observe(rows: Rows, player: string, attribute: Attribute, at: number, source: string): readonly string[] {
  const group = playersOf(attribute);
  if (rows.get<CrowdRow>(group, CROWD_ID)) return [];
  const known = rows.get<SightingRow>(group, player);
  const sighting = merged(known, at, source);
  if (sighting === known) return [];
  rows.set(group, player, sighting);
  rows.set(attributesOf(player, attribute.type), attribute.value, sighting);
  if (known) return sighting.source === known.source ? [] : [player];
  forgetOldest(rows, player, attribute.type);
  const players = [...rows.list(group).keys()];
  if (players.length > CROWD) makeCrowd(rows, attribute);
  return players;
}

function merged(known: SightingRow | undefined, at: number, source: string): SightingRow {
  const last = Math.floor(at / DAY) * DAY;
  if (!known) return { first: at, source, last };
  const earlier = at < known.first || (at === known.first && source < known.source);
  if (!earlier && last <= known.last) return known;
  return { first: earlier ? at : known.first, source: earlier ? source : known.source, last: Math.max(last, known.last) };
}

function forgetOldest(rows: Rows, player: string, type: LinkType): void {
  const kept = rows.list<SightingRow>(attributesOf(player, type));
  if (kept.size <= KEPT[type]) return;
  const [value] = [...kept].reduce((oldest, each) => (each[1].last < oldest[1].last || (each[1].last === oldest[1].last && each[0] < oldest[0]) ? each : oldest));
  forget(rows, player, { type, value });
}

/** All that ties a player to others. */
export function forgetLinks(rows: Rows, player: string): void {
  for (const type of LINK_TYPES) for (const value of [...attributesWith(rows, player, type).keys()]) forget(rows, player, { type, value });
}

function forget(rows: Rows, player: string, attribute: Attribute): void {
  rows.delete(attributesOf(player, attribute.type), attribute.value);
  rows.delete(playersOf(attribute), player);
}

function makeCrowd(rows: Rows, attribute: Attribute): void {
  const group = playersOf(attribute);
  for (const player of [...rows.list(group).keys()]) forget(rows, player, attribute);
  rows.set(group, CROWD_ID, { crowded: true } satisfies CrowdRow);
}

/** Players seen with an attribute and when; none when it is a crowd's. */
export function playersWith(rows: Rows, attribute: Attribute): ReadonlyMap<string, SightingRow> {
  const players = rows.list<SightingRow>(playersOf(attribute));
  return players.has(CROWD_ID) ? NOBODY : players;
}

export function attributesWith(rows: Rows, player: string, type: LinkType): ReadonlyMap<string, SightingRow> {
  return rows.list<SightingRow>(attributesOf(player, type));
}

export interface LinkEvidence extends Attribute {
  readonly weight: number;
  /** Players seen with it. */
  readonly players: number;
  /** First sighting of each of the two, and what shows it. */
  readonly seen: readonly { readonly player: string; readonly at: number; readonly source: string }[];
}

export interface Link {
  /** 0 (nothing) to 1. */
  readonly weight: number;
  /** The part of it that devices, phones and payment accounts make. */
  readonly strong: number;
  readonly evidence: readonly LinkEvidence[];
}

/** What ties two players, from everything that both were seen with. */
export function linkBetween(rows: Rows, a: string, b: string, weights: LinkWeights): Link {
  const evidence: LinkEvidence[] = [];
  const sums = { device: 0, phone: 0, payment: 0, ip: 0, name: 0 };
  for (const type of LINK_TYPES) {
    for (const value of attributesWith(rows, a, type).keys()) {
      const players = playersWith(rows, { type, value });
      const [one, other] = [players.get(a), players.get(b)];
      if (!one || !other) continue;
      const weight = weightOf(type, players.size, weights);
      sums[type] = type === 'ip' ? sums.ip + weight : Math.max(sums[type], weight);
      evidence.push({ type, value, weight, players: players.size, seen: [{ player: a, at: one.first, source: one.source }, { player: b, at: other.first, source: other.source }] });
    }
  }
  return { ...totalOf(sums, weights), evidence: evidence.sort((x, y) => y.weight - x.weight || (keyOf(x) < keyOf(y) ? -1 : 1)) };
}

function weightOf(type: LinkType, players: number, weights: LinkWeights): number {
  const base = type === 'ip' ? weights.ip : type === 'name' ? weights.name : weights.strong;
  return base * Math.min(1, weights.sharedBy / players);
}

/** Everyone who shares anything that is not a crowd's with `player`. */
export function neighbours(rows: Rows, player: string): ReadonlySet<string> {
  return new Set(linkWeights(rows, player, { strong: 1, ip: 1, ipMost: 1, name: 1, sharedBy: 1 }).keys());
}

/** What ties `player` to each who shares anything with it: the weights of linkBetween without its evidence. */
export function linkWeights(rows: Rows, player: string, weights: LinkWeights): ReadonlyMap<string, { strong: number; weight: number }> {
  const sums = new Map<string, { device: number; phone: number; payment: number; ip: number; name: number }>();
  for (const type of LINK_TYPES) {
    for (const value of attributesWith(rows, player, type).keys()) {
      const players = playersWith(rows, { type, value });
      if (players.size < 2) continue;
      const weight = weightOf(type, players.size, weights);
      for (const other of players.keys()) {
        let sum = sums.get(other);
        if (!sum) sums.set(other, (sum = { device: 0, phone: 0, payment: 0, ip: 0, name: 0 }));
        sum[type] = type === 'ip' ? sum.ip + weight : Math.max(sum[type], weight);
      }
    }
  }
  sums.delete(player);
  return new Map([...sums].map(([other, sum]) => [other, totalOf(sum, weights)]));
}

function totalOf(sums: Readonly<Record<LinkType, number>>, weights: LinkWeights): { strong: number; weight: number } {
  const strong = Math.min(1, sums.device + sums.phone + sums.payment);
  return { strong, weight: Math.min(1, strong + Math.min(sums.ip, weights.ipMost) + sums.name) };
}
