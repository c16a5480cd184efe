import { Readable } from 'node:stream';
import { type ClickHouseClient, exceptionCode } from '@stakewatch/clickhouse';
import type { Identity } from './identity';
import { BlockRefused, type HistoryStore, type RowsSince, type StoreBlock, StoreUnavailable } from './store';

/**
 * Exception codes that speak of the data sent, not of the server: a value that does not parse, is out of range or of another
 * type. Everything else (limits, missing tables, authentication, memory, disk) is the server's or ours to mend, and is tried again.
 */
const DATA_CODES = new Set([6, 26, 27, 33, 38, 41, 53, 69, 70, 72, 117, 130, 131, 321, 349, 376, 407, 441, 442, 467, 469, 508, 561, 675, 691]);
const AVRO_EXCEPTION = /avro::Exception/;
const KEYS_A_QUERY = 10_000;

/** Blocks must reach the table as one part per month, or not at all: no splitting by rows, no waiting in the server. */
const INSERT_SETTINGS = {
  insert_deduplicate: 1,
  async_insert: 0,
  max_insert_block_size: '1048576',
  min_insert_block_size_rows: '1048576',
  min_insert_block_size_bytes: '1073741824',
  max_partitions_per_insert_block: '0',
  input_format_avro_allow_missing_fields: 1,
  input_format_parallel_parsing: 0,
} as const;

export function createClickHouseStore(client: ClickHouseClient): HistoryStore {
  return {
    async columns(table) {
      return attempt(async () => {
        const result = await client.query({ query: 'SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}', query_params: { table }, format: 'JSONEachRow' });
        const names = (await result.json<{ name: string }>()).map(({ name }) => name);
        if (names.length === 0) throw new StoreUnavailable(`table ${table} does not exist yet`);
        return new Set(names);
      });
    },
    async insert(block) {
      await attempt(() => insert(client, block));
    },
    async existing(table, sql, keys) {
      const found = new Set<string>();
      for (let at = 0; at < keys.length; at += KEYS_A_QUERY) {
        const rows = await attempt(async () => (await client.query({ query: existingQuery(table, sql, keys.slice(at, at + KEYS_A_QUERY)), format: 'JSONEachRow', clickhouse_settings: { max_query_size: '16777216' } })).json<{ key: string }>());
        for (const { key } of rows) found.add(key);
      }
      return found;
    },
    async identities(table, identity, since, each) {
      await attempt(() => loadIdentities(client, table, identity, since, each));
    },
  };
}

/** Identities that begin with a uuid are first narrowed down by it, so that its skip index is used. */
function existingQuery(table: string, sql: string, keys: readonly string[]): string {
  const literals = keys.map((key) => `'${key.replace(/[\\']/g, '\\$&')}'`).join(',');
  const uuid = /^(?:concat\()?toString\((\w+)\)/.exec(sql)?.[1];
  const narrowed = uuid === undefined ? '' : `${uuid} IN (${keys.map((key) => `'${key.slice(0, 36)}'`).join(',')}) AND `;
  return `SELECT DISTINCT ${sql} AS key FROM ${table} WHERE ${narrowed}${sql} IN (${literals})`;
}

async function insert(client: ClickHouseClient, block: StoreBlock): Promise<void> {
  const result = await client.exec({
    query: `INSERT INTO ${block.table} (${block.columns.join(', ')}) FORMAT ${block.format}`,
    values: Readable.from([block.data], { objectMode: false, highWaterMark: block.data.length }),
    clickhouse_settings: { ...INSERT_SETTINGS, insert_deduplication_token: block.token },
  });
  result.stream.resume();
}

async function loadIdentities(client: ClickHouseClient, table: string, identity: Identity, since: RowsSince | null, each: (rows: Buffer, rowBytes: number) => void): Promise<void> {
  const where = since === null ? '' : ` WHERE kafka_partition = ${since.partition} AND written_at >= fromUnixTimestamp64Milli(${Math.floor(since.writtenAt)}, 'UTC')`;
  const result = await client.exec({ query: `SELECT ${identity.loadColumns} FROM ${table}${where} FORMAT RowBinary` });
  const rowBytes = 16 + identity.extraBytes;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of result.stream as AsyncIterable<Buffer>) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = bytes.length - (bytes.length % rowBytes);
    each(bytes.subarray(0, whole), rowBytes);
    rest = bytes.subarray(whole);
  }
}

async function attempt<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof StoreUnavailable) throw error;
    const code = exceptionCode(error);
    const message = (error as Error).message;
    if (code !== null && (DATA_CODES.has(code) || AVRO_EXCEPTION.test(message))) throw new BlockRefused(`ClickHouse refuses it: code ${code}`, { cause: error });
    throw new StoreUnavailable(message, { cause: error });
  }
}
