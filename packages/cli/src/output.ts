import type { CliError } from './cli-error';

export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * What a command prints. With --json: one JSON document on stdout (lists as {"items": […]}, streams as one document a line) and
 * errors as {"error": {code, message, hint, errors}} on stderr. Without: tables and sentences.
 */
export class Output {
  constructor(
    private readonly streams: Streams,
    readonly json: boolean,
  ) {}

  /** A list; `columns` are the fields of a row that the table shows. */
  list(items: readonly Row[], columns: readonly string[], empty: string): void {
    if (this.json) return this.document({ items });
    this.line(items.length === 0 ? empty : table(items, columns));
  }

  /** A page of a longer list; `next` is what the page after is asked for with. */
  page(items: readonly Row[], next: string | null, columns: readonly string[], empty: string): void {
    if (this.json) return this.document({ items, next });
    this.line(items.length === 0 ? empty : table(items, columns));
    if (next !== null) this.note(`More: --after ${next}`);
  }

  /** One result: as it is in JSON, else as a sentence. */
  result(value: Row, sentence: string): void {
    if (this.json) return this.document(value);
    this.line(sentence);
  }

  /** One item of a stream. */
  item(value: Row, line: string): void {
    this.line(this.json ? JSON.stringify(value) : line);
  }

  /** Beside the result, for people only. */
  note(text: string): void {
    if (!this.json) this.streams.stderr.write(`${text}\n`);
  }

  error(error: CliError): void {
    const { code, message, hint, errors } = error;
    if (this.json) return void this.streams.stderr.write(`${JSON.stringify({ error: { code, message, hint, errors } })}\n`);
    this.streams.stderr.write(`error: ${message}\n`);
    for (const { path, message: fault, position } of errors) this.streams.stderr.write(`  ${path}${position ? ` (line ${position.line}, column ${position.column})` : ''}: ${fault}\n`);
    if (hint !== null) this.streams.stderr.write(`${hint}\n`);
  }

  private document(value: unknown): void {
    this.line(JSON.stringify(value, null, 2));
  }

  private line(text: string): void {
    this.streams.stdout.write(`${text}\n`);
  }
}

/** Left-aligned columns under upper-case headings. */
export function table(items: readonly Row[], columns: readonly string[]): string {
  const cells = items.map((item) => columns.map((column) => cell(item[column])));
  const headings = columns.map((column) => column.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase());
  const widths = headings.map((heading, index) => Math.max(heading.length, ...cells.map((row) => (row[index] as string).length)));
  const line = (row: readonly string[]) => row.map((text, index) => text.padEnd(widths[index] as number)).join('  ').trimEnd();
  return [headings, ...cells].map(line).join('\n');
}

/** Control characters are left out: what comes from outside must not steer a terminal. */
function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return printable(text);
}

export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
