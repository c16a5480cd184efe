import type { ClickHouseClient } from '@clickhouse/client';

interface TableRow {
  readonly name: string;
  readonly comment: string;
  readonly engine: string;
  readonly partition_key: string;
  readonly sorting_key: string;
}

interface ColumnRow {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly default_expression: string;
  readonly comment: string;
}

const BEGIN = '<!-- Made from the live schema (node packages/clickhouse/dist/write-data-document.js); the text above it is written by hand. -->';

/** docs/data.md's second part: every table and view of the database, column by column, from the comments in the schema itself. */
export async function describeSchema(client: ClickHouseClient): Promise<string> {
  const tables = await rows<TableRow>(client, 'SELECT name, comment, engine, partition_key, sorting_key FROM system.tables WHERE database = currentDatabase() ORDER BY engine LIKE \'%View\', name');
  const columns = await rows<ColumnRow>(client, 'SELECT table, name, type, default_expression, comment FROM system.columns WHERE database = currentDatabase() ORDER BY table, position');
  const parts = tables.map((table) => tableSection(table, columns.filter((column) => column.table === table.name)));
  return `${BEGIN}\n\n${parts.join('\n')}`;
}

/** Replaces the made part of the document, keeping what is written by hand. */
export function mergeDocument(existing: string, made: string): string {
  const at = existing.indexOf(BEGIN);
  return `${at < 0 ? existing : existing.slice(0, at)}${made}`;
}

function tableSection(table: TableRow, columns: readonly ColumnRow[]): string {
  const view = table.engine === 'View';
  const keys = view ? [] : [`Sorted by \`${table.sorting_key}\`${table.partition_key === '' ? '' : `, partitioned by \`${table.partition_key}\``}.`, ''];
  const lines = columns.map(({ name, type, default_expression, comment }) => `| \`${name}\` | \`${cell(type)}\` | ${cell(comment)}${default_expression === '' ? '' : ` Computed: \`${cell(default_expression)}\`.`} |`);
  return [`## ${table.name}${view ? ' (view)' : ''}`, '', table.comment, '', ...keys, '| column | type | meaning |', '|---|---|---|', ...lines, ''].join('\n');
}

function cell(text: string): string {
  return text.replace(/\|/g, '\\|').replace(/\s*\n\s*/g, ' ');
}

async function rows<Row>(client: ClickHouseClient, query: string): Promise<Row[]> {
  return (await client.query({ query, format: 'JSONEachRow' })).json<Row>();
}
