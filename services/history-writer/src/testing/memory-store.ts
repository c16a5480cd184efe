import { Type } from 'avsc';
import type { Identity } from '../table/identity';
import { BlockRefused, type HistoryStore, type RowsSince, type StoreBlock, StoreUnavailable } from '../table/store';

type Row = Record<string, unknown>;

/**
 * ClickHouse's memory twin, as far as the writer needs it: blocks are read whole or refused whole, a token counts once. `fail` makes
 * the next call fail before or after it took effect, as a timeout does.
 */
export class MemoryStore implements HistoryStore {
  readonly rows: Row[] = [];
  readonly tokens: string[] = [];
  private readonly failures: ('before' | 'after')[] = [];
  down = false;

  constructor(
    private readonly columnNames: readonly string[],
    private readonly refuses: (row: Row) => boolean = () => false,
  ) {}

  fail(...when: ('before' | 'after')[]): void {
    this.failures.push(...when);
  }

  async columns(): Promise<ReadonlySet<string>> {
    return new Set(this.columnNames);
  }

  async insert(block: StoreBlock): Promise<void> {
    const failure = this.failures.shift();
    if (this.down || failure === 'before') throw new StoreUnavailable('down');
    const rows = block.format === 'Avro' ? readContainer(block.data) : block.data.toString().trim().split('\n').map((line) => JSON.parse(line) as Row);
    if (rows.some(this.refuses)) throw new BlockRefused('a row does not fit');
    if (!this.tokens.includes(block.token)) {
      this.tokens.push(block.token);
      this.rows.push(...rows);
    }
    if (failure === 'after') throw new StoreUnavailable('timed out after it succeeded');
  }

  async existing(table: string, sql: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
    if (this.down) throw new StoreUnavailable('down');
    const asked = new Set(keys);
    return new Set(this.rows.map((row) => keyBySql(sql, row)).filter((key) => asked.has(key)));
  }

  async identities(_table: string, _identity: Identity, _since: RowsSince | null): Promise<void> {
    if (this.down) throw new StoreUnavailable('down');
  }
}

function keyBySql(sql: string, row: Row): string {
  const columns = [...sql.matchAll(/toString\((\w+)\)/g)].map((match) => match[1] as string);
  if (sql.startsWith("concat(topic, '#'")) return `${row['topic']}#${row['kafka_partition']}#${row['kafka_offset']}`;
  if (sql.startsWith("concat(topic")) return `${row['topic']}/${row['partition']}/${row['offset']}/${row['service']}`;
  return columns.map((column) => String(row[column])).join(':');
}

/** An Avro object container file of one block, codec null, read by avsc. */
export function readContainer(data: Buffer): Row[] {
  const header = Type.forSchema({
    type: 'record',
    name: 'Header',
    fields: [
      { name: 'magic', type: { type: 'fixed', name: 'Magic', size: 4 } },
      { name: 'meta', type: { type: 'map', values: 'bytes' } },
      { name: 'sync', type: { type: 'fixed', name: 'Sync', size: 16 } },
    ],
  });
  const { value, offset } = header.decode(data) as { value: { meta: Record<string, Buffer>; sync: Buffer }; offset: number };
  const long = Type.forSchema('long');
  const type = Type.forSchema(JSON.parse((value.meta['avro.schema'] as Buffer).toString()), { wrapUnions: 'auto' as unknown as boolean });
  const rows: Row[] = [];
  let at = offset;
  while (at < data.length) {
    const count = long.decode(data, at) as { value: number; offset: number };
    const size = long.decode(data, count.offset) as { value: number; offset: number };
    at = size.offset;
    for (let i = 0; i < count.value; i += 1) {
      const row = type.decode(data, at) as { value: Row; offset: number };
      if (row.offset < 0) throw new Error('a value ends beyond its block');
      rows.push({ ...row.value });
      at = row.offset;
    }
    if (at !== size.offset + size.value) throw new Error('the block is not as long as it says');
    if (!data.subarray(at, at + 16).equals(value.sync)) throw new Error('no sync marker after the block');
    at += 16;
  }
  return rows;
}
