import type { FieldError } from '@stakewatch/contracts';
import type { CliError } from './cli-error';

export interface Streams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream & { isTTY?: boolean };
}

export type Row = Readonly<Record<string, unknown>>;

/**
 * What a command prints. With --json: one JSON document on stdout (lists as {"items": […]}, streams as one document a line) and
 * errors as {"error": {code, message, hint, errors}} on stderr. Without: tables and sentences. Either way no control character but tabs
 * and line ends reaches the terminal: what comes from outside must not steer it.
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
    if (next !== null) this.note(`More: --after ${quoted(next)}`);
  }

  /** One result: as it is in JSON, else as a sentence. */
  result(value: Row, sentence: string): void {
    if (this.json) return this.document(value);
    this.line(sentence);
  }

  /** One item of a stream. */
  item(value: Row, line: string): void {
    if (this.json) this.streams.stdout.write(`${jsonText(value)}\n`);
    else this.line(line);
  }

  /** Beside the result, for people only. */
  note(text: string): void {
    if (!this.json) this.tell(text);
  }

  /** Something is wrong, and the command goes on: for people and programs, on stderr. */
  warning(text: string): void {
    this.tell(`warning: ${text}`);
  }

  error(error: CliError): void {
    const { code, message, hint, errors, fields } = error;
    if (this.json) return void this.streams.stderr.write(`${jsonText({ error: { code, message, hint, errors } })}\n`);
    const [only] = errors;
    if (fields !== null && errors.length === 1 && only !== undefined) {
      this.tell(`error: ${message}`);
      if (only.help !== undefined) this.tell(only.help);
    } else {
      this.tell(fields === null ? `error: ${message}` : `error: ${fields.subject === '' ? '' : `${fields.subject}: `}${errors.length} values are not valid:`);
      for (const each of errors) this.fault(each);
    }
    if (hint !== null) this.tell(hint);
  }

  private fault({ path, message, position, help }: FieldError): void {
    this.tell(`  ${path}${position ? ` (line ${position.line}, column ${position.column})` : ''}: ${message}`);
    if (help !== undefined) this.tell(`    ${help}`);
  }

  private tell(text: string): void {
    this.streams.stderr.write(`${shown(text)}\n`);
  }

  private document(value: unknown): void {
    this.streams.stdout.write(`${jsonText(value, 2)}\n`);
  }

  private line(text: string): void {
    this.streams.stdout.write(`${shown(text)}\n`);
  }
}

/** The same value; JSON leaves DEL and the C1 controls (one of them begins a terminal's commands) as they are. */
const jsonText = (value: unknown, indent?: number): string => JSON.stringify(value, null, indent).replace(/[\u007f-\u009f]/g, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
const shown = (text: string): string => text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, ' ');
/** As a shell takes it for one word. */
const quoted = (text: string): string => (/^[\w.:@/+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** Left-aligned columns under upper-case headings. */
export function table(items: readonly Row[], columns: readonly string[]): string {
  const cells = items.map((item) => columns.map((column) => cell(item[column])));
  const headings = columns.map((column) => column.replace(/([a-z])([A-Z])/g, '$1 $2').toUpperCase());
  const widths = headings.map((heading, index) => Math.max(heading.length, ...cells.map((row) => (row[index] as string).length)));
  const line = (row: readonly string[]) => row.map((text, index) => text.padEnd(widths[index] as number)).join('  ').trimEnd();
  return [headings, ...cells].map(line).join('\n');
}

function cell(value: unknown): string {
  if (value === null || value === undefined || value === '') return '-';
  const text = Array.isArray(value) ? value.join(',') : typeof value === 'object' ? JSON.stringify(value) : String(value);
  return printable(text);
}

/** For text that stands in one line: line ends and tabs are left out, too. */
export const printable = (text: string): string => text.replace(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
