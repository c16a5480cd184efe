import type { StateWrite } from '@stakewatch/runtime';

/** Log bytes beyond twice the live ones after which a shard is written anew. */
const SLACK_BYTES = 64 * 1024;
const LINE_OVERHEAD = 8;
const EMPTY: ReadonlyMap<string, object> = new Map<string, object>();

interface Kept {
  readonly row: object;
  readonly bytes: number;
}

/**
 * One of a company's shards: groups of rows, kept in the store as a log of JSON lines `[group, id, row]` (no row: deleted), the
 * last line of a row counting. A change appends its line; when more than half of the log is outdated, the whole is written anew.
 */
export class Shard {
  private readonly groups = new Map<string, Map<string, object>>();
  private readonly sizes = new Map<string, Map<string, number>>();
  private fresh: string[] = [];
  private logBytes = 0;
  private liveBytes = 0;

  static restore(bytes: Buffer | null): Shard {
    const shard = new Shard();
    if (bytes === null) return shard;
    for (const line of bytes.toString('utf8').split('\n')) {
      if (line === '') continue;
      const [group, id, row] = JSON.parse(line) as [string, string, object | undefined];
      shard.apply(group, id, row === undefined ? null : { row, bytes: line.length + LINE_OVERHEAD });
    }
    shard.logBytes = bytes.length;
    return shard;
  }

  get(group: string, id: string): object | undefined {
    return this.groups.get(group)?.get(id);
  }

  list(group: string): ReadonlyMap<string, object> {
    return this.groups.get(group) ?? EMPTY;
  }

  set(group: string, id: string, row: object): void {
    const line = JSON.stringify([group, id, row]);
    this.apply(group, id, { row, bytes: line.length + LINE_OVERHEAD });
    this.fresh.push(line);
  }

  delete(group: string, id: string): void {
    if (!this.groups.get(group)?.has(id)) return;
    this.apply(group, id, null);
    this.fresh.push(JSON.stringify([group, id]));
  }

  private apply(group: string, id: string, kept: Kept | null): void {
    let rows = this.groups.get(group);
    let sizes = this.sizes.get(group);
    if (!rows || !sizes) {
      if (!kept) return;
      this.groups.set(group, (rows = new Map()));
      this.sizes.set(group, (sizes = new Map()));
    }
    this.liveBytes += (kept?.bytes ?? 0) - (sizes.get(id) ?? 0);
    if (kept) {
      rows.set(id, kept.row);
      sizes.set(id, kept.bytes);
      return;
    }
    rows.delete(id);
    sizes.delete(id);
    if (rows.size > 0) return;
    this.groups.delete(group);
    this.sizes.delete(group);
  }

  /** What changed since the last call, to be appended to the log or, when it is mostly outdated, to replace it. */
  takeWrite(key: string): StateWrite | null {
    if (this.fresh.length === 0) return null;
    const bytes = Buffer.from(`${this.fresh.join('\n')}\n`);
    this.fresh = [];
    if (this.logBytes + bytes.length <= 2 * this.liveBytes + SLACK_BYTES) {
      this.logBytes += bytes.length;
      return { key, op: 'append', bytes };
    }
    const whole = Buffer.from([...this.lines()].join(''));
    this.logBytes = whole.length;
    return { key, op: 'set', bytes: whole };
  }

  private *lines(): Iterable<string> {
    for (const [group, rows] of this.groups) for (const [id, row] of rows) yield `${JSON.stringify([group, id, row])}\n`;
  }

  /** About what it holds in memory. */
  get bytes(): number {
    return 200 + 3 * this.liveBytes;
  }
}
