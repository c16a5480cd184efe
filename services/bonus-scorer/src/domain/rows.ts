/**
 * What the scorer knows of one company: small rows, each under a group and an id. Groups are what is read together (a player's
 * bonuses, the players of a device). Every change goes through `set` and `delete`, so that the store's log has it.
 */
export interface Rows {
  get<T extends object>(group: string, id: string): T | undefined;
  /** Puts a row. A row is never changed in place. */
  set(group: string, id: string, row: object): void;
  delete(group: string, id: string): void;
  list<T extends object>(group: string): ReadonlyMap<string, T>;
  /** How many parts the groups that tie accounts are in. */
  readonly parts: number;
  /** The groups of one part, which must not change while they are gone through. */
  groupsIn(part: number): Iterable<string>;
}

const NONE: ReadonlyMap<string, object> = new Map<string, object>();

/** Rows in memory alone: for tests and the rule examples. */
export class MemoryRows implements Rows {
  private readonly groups = new Map<string, Map<string, object>>();
  readonly parts = 1;

  get<T extends object>(group: string, id: string): T | undefined {
    return this.groups.get(group)?.get(id) as T | undefined;
  }

  set(group: string, id: string, row: object): void {
    let rows = this.groups.get(group);
    if (!rows) this.groups.set(group, (rows = new Map()));
    rows.set(id, row);
  }

  delete(group: string, id: string): void {
    const rows = this.groups.get(group);
    if (rows?.delete(id) && rows.size === 0) this.groups.delete(group);
  }

  list<T extends object>(group: string): ReadonlyMap<string, T> {
    return (this.groups.get(group) ?? NONE) as ReadonlyMap<string, T>;
  }

  groupsIn(): Iterable<string> {
    return this.groups.keys();
  }
}
