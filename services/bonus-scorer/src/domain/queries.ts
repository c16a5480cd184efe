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
  const items = listBonuses(rows, player).map((bonus) => ({ rank: bonus.activatedAt, id: bonus.bonusId, shown: () => shownBonus(bonus) }));
  return pageOf(items, limit, after);
}

/** Who a player is tied to, the strongest link first, with what each link rests on; and the ring it is in. */
export function linksPage(rows: Rows, { player, limit, after }: Extract<BonusQuery, { ask: 'links' }>, settings: RingSettings): Page<object> & { readonly ring: object | null } {
  const ring = ringWith(rows, player);
  const items = linksOf(rows, player, settings).map(({ other, weight, evidence }) => ({ rank: weight, id: other, shown: () => ({ externalUserId: other, weight, evidence: evidence.map(shownEvidence) }) }));
  return { ...pageOf(items, limit, after), ring: ring ? { id: ring.id, members: ring.members, claims: ring.claims.map(({ player: who, bonusId, at }) => ({ externalUserId: who, bonusId, at: iso(at) })) } : null };
}

interface PageItem {
  /** Higher ranks come first; equal ones in the order of their ids. */
  readonly rank: number;
  readonly id: string;
  shown(): object;
}

type Place = Pick<PageItem, 'rank' | 'id'>;

/** A page goes on after a place in the order, not after an item: that one may be gone by then, or stand elsewhere. */
function pageOf(all: readonly PageItem[], limit: number, after: string | null): Page<object> {
  const from = after === null ? null : placeOf(after);
  const rest = all.filter((item) => from === null || inOrder(from, item) < 0).sort(inOrder);
  const last = rest.length > limit ? rest[limit - 1] : undefined;
  return { items: rest.slice(0, limit).map((item) => item.shown()), next: last ? `${last.rank}_${last.id}` : null };
}

const inOrder = (a: Place, b: Place): number => b.rank - a.rank || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** The gateway lets nothing through that does not begin with a rank. */
function placeOf(after: string): Place {
  const rank = after.slice(0, after.indexOf('_'));
  return { rank: Number(rank), id: after.slice(rank.length + 1) };
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
