import { parse } from 'csv-parse/sync';

/** One row of an import, as text. */
export interface ListRow {
  /** Line in the file, 1 for the first. */
  readonly line: number;
  readonly fields: Readonly<Record<string, string>>;
}

export const LIST_COLUMNS = ['list', 'kind', 'value', 'reason', 'expires_at', 'distance', 'author'] as const;
const REQUIRED = ['list', 'kind', 'value'] as const;
/** Rows of one import; a longer file is sent in parts. */
export const MAX_IMPORT_ROWS = 50_000;

export class InvalidCsv extends Error {
  override readonly name = 'InvalidCsv';
}

/**
 * Rows of a CSV with a header line (RFC 4180; comma or semicolon): list, kind, value, and where wanted reason, expires_at, distance, author.
 * @throws {InvalidCsv} when it is no such file; a row that is not valid is the caller's to tell.
 */
export function readListCsv(text: string): readonly ListRow[] {
  const header = text.replace(/^\ufeff/, '').split(/\r?\n/, 1)[0] ?? '';
  let records: { record: Record<string, string>; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      columns: (names: string[]) => names.map((name) => name.trim().toLowerCase()),
      delimiter: header.includes(';') && !header.includes(',') ? ';' : ',',
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      to: MAX_IMPORT_ROWS + 1,
    }) as unknown as typeof records;
  } catch (error) {
    throw new InvalidCsv(`is not CSV: ${(error as Error).message}`, { cause: error });
  }
  const names = header.split(/[,;]/).map((name) => name.trim().replace(/^"|"$/g, '').toLowerCase());
  const missing = REQUIRED.filter((name) => !names.includes(name));
  if (missing.length > 0) throw new InvalidCsv(`has no column ${missing.join(', ')} in its first line`);
  const unknown = names.filter((name) => !(LIST_COLUMNS as readonly string[]).includes(name));
  if (unknown.length > 0) throw new InvalidCsv(`has unknown columns ${unknown.join(', ')}; known are ${LIST_COLUMNS.join(', ')}`);
  if (records.length > MAX_IMPORT_ROWS) throw new InvalidCsv(`has more than ${MAX_IMPORT_ROWS} rows: send it in parts`);
  return records.map(({ record, info }) => ({ line: info.lines, fields: record }));
}
