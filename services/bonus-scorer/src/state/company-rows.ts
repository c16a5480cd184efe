import { growsWithEvents } from '../domain/bets';
import type { Rows } from '../domain/rows';
import type { Shard } from './shard';

/** Shards of what ties accounts: small enough to be written anew one at a time, few enough to be looked up for each input. */
export const SHARDS = 32;

const OWN = 'group|';

const keysByCompany = new Map<string, readonly string[]>();

/** Keys of the shards that every input of a company has at hand: evidence ties any players together. */
export function shardKeys(companyId: string): readonly string[] {
  let keys = keysByCompany.get(companyId);
  if (!keys) keysByCompany.set(companyId, (keys = Array.from({ length: SHARDS }, (_, index) => `company|${companyId}|${index}`)));
  return keys;
}

/** Key of the shard that a group of those that grow with the events has to itself: it is at hand while an input needs it. */
export const ownShardKey = (companyId: string, group: string): string => `${OWN}${companyId}|${group}`;

export const isOwnShard = (key: string): boolean => key.startsWith(OWN);

/** A company's rows over its shards, those of its own groups as far as they are at hand. */
export class CompanyRows implements Rows {
  private readonly shards: readonly Shard[];

  constructor(
    private readonly companyId: string,
    private readonly shardOf: (key: string) => Shard,
  ) {
    this.shards = shardKeys(companyId).map(shardOf);
  }

  get<T extends object>(group: string, id: string): T | undefined {
    return this.shardFor(group).get(group, id) as T | undefined;
  }

  set(group: string, id: string, row: object): void {
    this.shardFor(group).set(group, id, row);
  }

  delete(group: string, id: string): void {
    this.shardFor(group).delete(group, id);
  }

  list<T extends object>(group: string): ReadonlyMap<string, T> {
    return this.shardFor(group).list(group) as ReadonlyMap<string, T>;
  }

  readonly parts = SHARDS;

  groupsIn(part: number): Iterable<string> {
    return (this.shards[part] as Shard).groupNames();
  }

  private shardFor(group: string): Shard {
    return growsWithEvents(group) ? this.shardOf(ownShardKey(this.companyId, group)) : (this.shards[fnv1a(group) % SHARDS] as Shard);
  }
}

function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return hash >>> 0;
}
