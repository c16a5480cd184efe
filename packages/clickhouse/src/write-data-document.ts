/** Writes docs/data.md from the database named by STAKEWATCH_CLICKHOUSE_URL/_USER/_PASSWORD/_DATABASE, which is migrated first. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClickHouse } from './client';
import { describeSchema, mergeDocument } from './data-document';
import { clickHouseFromEnvironment } from './environment';
import { migrate } from './migrate';

const FILE = join(__dirname, '..', '..', '..', 'docs', 'data.md');

async function main(): Promise<void> {
  const options = clickHouseFromEnvironment(process.env);
  await migrate(options);
  const client = createClickHouse(options);
  writeFileSync(FILE, mergeDocument(readFileSync(FILE, 'utf8'), await describeSchema(client)));
  await client.close();
}

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
