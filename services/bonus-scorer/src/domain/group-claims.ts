import { createHash } from 'node:crypto';
import type { GroupClaim } from './inputs';
import { attributesWith, type LinkType } from './links';
import type { Rows } from './rows';
import { DAY } from './time';

/** Only what is a person's own is told to other operators, and only as a hash. */
const TOLD: readonly LinkType[] = ['device', 'phone', 'payment'];
const REMEMBERED = 30 * DAY;
const KEPT_PER_HASH = 100;

/** How groups of claims at other operators begin. */
export const HASHES = 'group|';
const groupOf = (hash: string): string => HASHES + hash;

interface GroupClaimRow {
  readonly companyId: string;
  readonly at: number;
}

/** Hashes of what ties a player's accounts, the same at every company of a group. */
export function evidenceHashes(rows: Rows, player: string): readonly string[] {
  return TOLD.flatMap((type) => [...attributesWith(rows, player, type).keys()].map((value) => createHash('sha256').update(`stakewatch|${type}|${value}`).digest('base64url')));
}

export function keepGroupClaim(rows: Rows, claim: GroupClaim): void {
  for (const hash of claim.evidence) {
    const group = groupOf(hash);
    rows.set(group, claim.claimUuid, { companyId: claim.companyId, at: claim.at } satisfies GroupClaimRow);
    const kept = [...rows.list<GroupClaimRow>(group)].sort(([, a], [, b]) => a.at - b.at);
    for (const [id, { at }] of kept.slice(0, -1)) if (at < claim.at - REMEMBERED) rows.delete(group, id);
    for (const [id] of kept.slice(0, Math.max(0, kept.length - KEPT_PER_HASH))) rows.delete(group, id);
  }
}

/** Deletes those of a group of claims that nothing looks at any more at `now`. */
export function forgetOldClaims(rows: Rows, group: string, now: number): void {
  for (const [id, { at }] of [...rows.list<GroupClaimRow>(group)]) if (at < now - REMEMBERED) rows.delete(group, id);
}

/** Other operators of the group at which the same evidence claimed within 30 days. */
export function operatorsWith(rows: Rows, companyId: string, player: string, at: number): ReadonlySet<string> {
  const found = new Set<string>();
  for (const hash of evidenceHashes(rows, player)) {
    for (const claim of rows.list<GroupClaimRow>(groupOf(hash)).values()) if (claim.companyId !== companyId && Math.abs(at - claim.at) <= REMEMBERED) found.add(claim.companyId);
  }
  return found;
}
