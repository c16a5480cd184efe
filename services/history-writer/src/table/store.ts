import type { Identity } from './identity';

/** ClickHouse as the writer needs it. */
export interface HistoryStore {
  /** Names of a table's columns. @throws {StoreUnavailable} */
  columns(table: string): Promise<ReadonlySet<string>>;
  /**
   * One INSERT, once: a block whose token was inserted before is dropped by the server.
   * @throws {BlockRefused} the data can never be inserted as they are; nothing of the block was.
   * @throws {StoreUnavailable} anything else; the block may or may not have been inserted.
   */
  insert(block: StoreBlock): Promise<void>;
  /** Which of `keys` (as Identity.sql gives them) the table has. @throws {StoreUnavailable} */
  existing(table: string, sql: string, keys: readonly string[]): Promise<ReadonlySet<string>>;
  /** Feeds the identities of rows into `each`; all of the table's, or only what `since` selects. @throws {StoreUnavailable} */
  identities(table: string, identity: Identity, since: RowsSince | null, each: (rows: Buffer, rowBytes: number) => void): Promise<void>;
}

export interface StoreBlock {
  readonly table: string;
  readonly columns: readonly string[];
  readonly format: 'Avro' | 'JSONEachRow';
  readonly data: Buffer;
  readonly token: string;
}

export interface RowsSince {
  readonly partition: number;
  /** Milliseconds. */
  readonly writtenAt: number;
}

/** ClickHouse read the block and refused it: a row does not fit. */
export class BlockRefused extends Error {
  override readonly name = 'BlockRefused';
}

/** ClickHouse is down, busy, or not as it should be: the same block again, later. */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable';
}
