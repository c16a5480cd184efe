import { type IpRange, maskTo, parseIp } from './ip-range';

/** Ranges by prefix length: an address is looked up once per length in use, at most 33 or 129 times. */
export class IpIndex<Id> {
  private readonly lengths = { 4: new Map<number, Map<bigint, Set<Id>>>(), 6: new Map<number, Map<bigint, Set<Id>>>() };

  add(id: Id, { family, base, prefix }: IpRange): void {
    const byBase = this.lengths[family].get(prefix) ?? new Map<bigint, Set<Id>>();
    this.lengths[family].set(prefix, byBase);
    const ids = byBase.get(base) ?? new Set<Id>();
    byBase.set(base, ids.add(id));
  }

  remove(id: Id, { family, base, prefix }: IpRange): void {
    const byBase = this.lengths[family].get(prefix);
    const ids = byBase?.get(base);
    ids?.delete(id);
    if (ids?.size === 0) byBase?.delete(base);
    if (byBase?.size === 0) this.lengths[family].delete(prefix);
  }

  match(address: string): readonly Id[] {
    const parsed = parseIp(address);
    if (!parsed) return [];
    const found: Id[] = [];
    const bits = parsed.family === 4 ? 32 : 128;
    for (const [prefix, byBase] of this.lengths[parsed.family]) {
      const ids = byBase.get(maskTo(parsed.value, prefix, bits));
      if (ids) found.push(...ids);
    }
    return found;
  }
}
