import type { StateWrite } from '@stakewatch/runtime';

/** Log bytes beyond a multiple of the live ones after which a shard is written anew. */
const SLACK_BYTES = 4 * 1024;
/** From twice to nearly three times, by the key's last character: a company's shards grow alike, and are not all to be written anew in one save. */
const growthOf = (key: string): number => 2 + (key.charCodeAt(key.length - 1) % 8) / 8;
/** In memory, about, beside what is as long as in the log: a row, a group, a shard. */
const ROW_OVERHEAD = 80;
const GROUP_OVERHEAD = 80;
const SHARD_OVERHEAD = 600;
const EMPTY: ReadonlyMap<string, object> = new Map<string, object>();

/** A group of one row: most are, and a map for each would be most of what a shard takes. */
class Lone {
  constructor(
    readonly id: string,
    readonly row: object,
  ) {}
}

type Group = Lone | Map<string, object>;

const rowOf = (group: Group | undefined, id: string): object | undefined => (group instanceof Lone ? (group.id === id ? group.row : undefined) : group?.get(id));

/** How rows stand in the log, where not as they are. */
export interface RowForm {
  write(group: string, row: object): unknown;
  read(group: string, id: string, stored: unknown): object;
}

const AS_IT_IS: RowForm = { write: (_group, row) => row, read: (_group, _id, stored) => stored as object };

/**
 * Some groups of a company's rows, kept in the store as a log of JSON lines `[group, id, row]` (no row: deleted), the last line
 * of a row counting. A change appends its line; when more than half of the log is outdated, the whole is written anew.
 */
export class Shard {
  private readonly groups = new Map<string, Group>();
  private fresh: string[] = [];
  private logBytes = 0;
  private rows = 0;
  /** Lines of rows ever written or read, and their length: by their mean it is known about how much is live. */
  private lines = 0;
  private lineBytes = 0;

  constructor(private readonly form: RowForm = AS_IT_IS) {}

  static restore(bytes: Buffer | null, form?: RowForm): Shard {
    const shard = new Shard(form);
    if (bytes === null) return shard;
    for (const line of bytes.toString('utf8').split('\n')) {
      if (line === '') continue;
      const [group, id, stored] = JSON.parse(line) as [string, string, unknown];
      if (stored === undefined) shard.remove(group, id);
      else shard.put(group, id, shard.form.read(group, id, stored), line.length);
    }
    shard.logBytes = bytes.length;
    return shard;
  }

  get(group: string, id: string): object | undefined {
    return rowOf(this.groups.get(group), id);
  }

  /** In the order in which they first came. */
  list(group: string): ReadonlyMap<string, object> {
    const kept = this.groups.get(group);
    return kept instanceof Lone ? new Map([[kept.id, kept.row]]) : (kept ?? EMPTY);
  }

  groupNames(): Iterable<string> {
    return this.groups.keys();
  }

  set(group: string, id: string, row: object): void {
    const line = this.lineOf(group, id, row);
    this.put(group, id, row, line.length);
    this.fresh.push(line);
  }

  delete(group: string, id: string): void {
    if (this.remove(group, id)) this.fresh.push(JSON.stringify([group, id]));
  }

  private put(group: string, id: string, row: object, lineBytes: number): void {
    this.lines += 1;
    this.lineBytes += lineBytes;
    const kept = this.groups.get(group);
    if (rowOf(kept, id) === undefined) this.rows += 1;
    if (kept instanceof Map) kept.set(id, row);
    else this.groups.set(group, kept === undefined || kept.id === id ? new Lone(id, row) : new Map([[kept.id, kept.row], [id, row]]));
  }

  private remove(group: string, id: string): boolean {
    const kept = this.groups.get(group);
    if (rowOf(kept, id) === undefined) return false;
    this.rows -= 1;
    if (kept instanceof Map && kept.size > 1) kept.delete(id);
    else this.groups.delete(group);
    return true;
  }

  /** What changed since the last call, to be appended to the log or, when it is mostly outdated, to replace it. */
  takeWrite(key: string): StateWrite | null {
    if (this.fresh.length === 0) return null;
    const bytes = Buffer.from(`${this.fresh.join('\n')}\n`);
    this.fresh = [];
    if (this.logBytes + bytes.length <= growthOf(key) * this.liveBytes + SLACK_BYTES) {
      this.logBytes += bytes.length;
      return { key, op: 'append', bytes };
    }
    const whole = Buffer.from([...this.wholeLog()].join(''));
    this.logBytes = whole.length;
    return { key, op: 'set', bytes: whole };
  }

  private *wholeLog(): Iterable<string> {
    for (const group of this.groups.keys()) for (const [id, row] of this.list(group)) yield `${this.lineOf(group, id, row)}\n`;
  }

  private lineOf(group: string, id: string, row: object): string {
    return JSON.stringify([group, id, this.form.write(group, row)]);
  }

  /** Of the log, about. */
  private get liveBytes(): number {
    return this.lines === 0 ? 0 : Math.ceil((this.rows * this.lineBytes) / this.lines);
  }

  /** About what it holds in memory. */
  get bytes(): number {
    return SHARD_OVERHEAD + this.groups.size * GROUP_OVERHEAD + this.rows * ROW_OVERHEAD + this.liveBytes;
  }
}
