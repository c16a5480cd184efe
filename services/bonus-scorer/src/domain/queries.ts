import { type BonusRow, listBonuses, wagerRatio } from './bonus';
import { linksOf } from './facts';
import { type RingSettings, ringWith } from './rings';
import type { Rows } from './rows';

/** What a gateway may ask; answered from the evidence as it stands at this point of the company's log. */
export type BonusQuery =
  | { readonly ask: 'change'; readonly id: string }
  | { readonly ask: 'bonuses'; readonly player: string; readonly limit: number; readonly after: string | null }
  | { readonly ask: 'links'; readonly player: string; readonly limit: number; readonly after: string | null };

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null on the last. */
  readonly next: string | null;
}

/** A player's bonuses, the newest first. */
export function bonusesPage(rows: Rows, { player, limit, after }: Extract<BonusQuery, { ask: 'bonuses' }>): Page<object> {
  const all = [...listBonuses(rows, player)].sort((a, b) => b.activatedAt - a.activatedAt || (a.bonusId < b.bonusId ? -1 : 1));
  return pageOf(all, ({ bonusId }) => bonusId, shownBonus, limit, after);
}

/** Who a player is tied to, the strongest link first, with what each link rests on; and the ring it is in. */
export function linksPage(rows: Rows, { player, limit, after }: Extract<BonusQuery, { ask: 'links' }>, settings: RingSettings): Page<object> & { readonly ring: object | null } {
  const ring = ringWith(rows, player);
  const page = pageOf(linksOf(rows, player, settings), ({ other }) => other, ({ other, weight, evidence }) => ({ externalUserId: other, weight, evidence: evidence.map(shownEvidence) }), limit, after);
  return { ...page, ring: ring ? { id: ring.id, members: ring.members, claims: ring.claims.map(({ player: who, bonusId, at }) => ({ externalUserId: who, bonusId, at: iso(at) })) } : null };
}

function pageOf<T>(all: readonly T[], idOf: (item: T) => string, show: (item: T) => object, limit: number, after: string | null): Page<object> {
  const from = after === null ? 0 : all.findIndex((item) => idOf(item) === after) + 1;
  const items = all.slice(from, from + limit);
  const last = items.at(-1);
  return { items: items.map(show), next: last !== undefined && from + limit < all.length ? idOf(last) : null };
}

const iso = (micros: number): string => new Date(Math.floor(micros / 1000)).toISOString();

function shownBonus(bonus: BonusRow) {
  const { progress, claims, cancels, activatedBy, activatedAt, endedAt, depositsBefore: _notShown, ...terms } = bonus;
  const { lastBetAt, ...played } = progress;
  return {
    ...terms,
    txnId: activatedBy,
    activatedAt: iso(activatedAt),
    endedAt: endedAt === null ? null : iso(endedAt),
    claims: claims.length,
    cancels,
    progress: { ...played, wagerRatio: wagerRatio(bonus), lastBetAt: lastBetAt === null ? null : iso(lastBetAt) },
  };
}

function shownEvidence({ type, value, weight, players, seen }: ReturnType<typeof linksOf>[number]['evidence'][number]) {
  return { type, value, weight, players, seen: seen.map(({ player, at, source }) => ({ externalUserId: player, at: iso(at), source })) };
}
