import type { ClickHouseClient } from '@clickhouse/client';
import { type ClickHouseOptions, createClickHouse } from './client';
import { type Migration, readMigrations } from './migration-files';

/** Own code instead of the clickhouse-migrations package: docs/decisions/0031-own-migrations.md. */
const CREATE_TABLE = `
CREATE TABLE IF NOT EXISTS schema_migrations (
  number UInt32 COMMENT 'Number of the migration, from 1.',
  name String COMMENT 'Name of its file.',
  checksum String COMMENT 'SHA-256 of its file, hex.',
  applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When it was applied.'
)
ENGINE = MergeTree
ORDER BY number
SETTINGS non_replicated_deduplication_window = 1000
COMMENT 'Migrations that were applied to this database.'`;

export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

/**
 * Creates the database if needed and applies what is missing, in order. Every statement may be repeated, so two processes at
 * once, or a crash between a statement and its record, do no harm.
 * @returns names of the migrations applied now.
 * @throws {MigrationError} when an applied migration's file was changed, or the database is ahead of this build.
 */
export async function migrate(options: ClickHouseOptions, migrations: readonly Migration[] = readMigrations()): Promise<readonly string[]> {
  await createDatabase(options);
  const client = createClickHouse(options);
  try {
    await client.command({ query: CREATE_TABLE });
    const applied = await readApplied(client);
    const missing = pending(migrations, applied);
    for (const migration of missing) await apply(client, migration);
    return missing.map(({ name }) => name);
  } finally {
    await client.close();
  }
}

export interface AppliedMigration {
  readonly number: number;
  readonly checksum: string;
}

/** Pure. @throws {MigrationError} */
export function pending(migrations: readonly Migration[], applied: readonly AppliedMigration[]): readonly Migration[] {
  for (const { number, checksum } of applied) {
    const known = migrations.find((migration) => migration.number === number);
    if (!known) throw new MigrationError(`the database has migration ${number}, which this build does not know: it is newer`);
    if (known.checksum !== checksum) throw new MigrationError(`migration ${number} (${known.name}) was changed after it was applied`);
  }
  const done = new Set(applied.map(({ number }) => number));
  return migrations.filter(({ number }) => !done.has(number));
}

async function createDatabase(options: ClickHouseOptions): Promise<void> {
  const client = createClickHouse({ ...options, database: 'default' });
  try {
    await client.command({ query: 'CREATE DATABASE IF NOT EXISTS {name:Identifier}', query_params: { name: options.database } });
  } finally {
    await client.close();
  }
}

async function readApplied(client: ClickHouseClient): Promise<readonly AppliedMigration[]> {
  const result = await client.query({ query: 'SELECT DISTINCT number, checksum FROM schema_migrations ORDER BY number', format: 'JSONEachRow' });
  return result.json<AppliedMigration>();
}

async function apply(client: ClickHouseClient, migration: Migration): Promise<void> {
  for (const query of migration.statements) await client.command({ query });
  await client.insert({
    table: 'schema_migrations',
    columns: ['number', 'name', 'checksum'],
    values: [{ number: migration.number, name: migration.name, checksum: migration.checksum }],
    format: 'JSONEachRow',
    clickhouse_settings: { insert_deduplication_token: `${migration.number}-${migration.checksum}` },
  });
}
