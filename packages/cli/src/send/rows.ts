import { createReadStream } from 'node:fs';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { parse as csvParser } from 'csv-parse';

/** One row of the file: what is sent is `json`, byte for byte what the file says where it is NDJSON. */
export type Row =
  | { readonly line: number; readonly ok: true; readonly json: string }
  | { readonly line: number; readonly ok: false; readonly text: string; readonly fault: string };

export type Format = 'csv' | 'ndjson';

export interface Source {
  readonly rows: AsyncIterable<Row>;
  readonly format: Format;
  /** Bytes read of the file as it is (compressed, if it is). */
  bytesRead(): number;
}

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const PEEK_BYTES = 64;

/** How CSV is read. */
export interface CsvForm {
  /** A row, by its columns, as what is sent. */
  row(record: Readonly<Record<string, string>>): unknown;
  /** Columns of which one must be there: without an id no row can be taken, and the file is another one than meant. */
  readonly ids: readonly string[];
}

/** The file is of another form than those that are read; the message goes on after its name. */
export class OtherForm extends Error {
  override readonly name = 'OtherForm';
}

/** Opens a CSV or NDJSON stream, gzip or not: told by its first bytes, unless `format` says. */
export async function openSource(input: Readable, csv: CsvForm, format?: Format): Promise<Source> {
  let bytes = 0;
  const raw = await peeked(input, (chunk) => (bytes += chunk.length));
  const plain = raw.head.subarray(0, 2).equals(GZIP_MAGIC) ? await peeked(unzipped(raw.stream)) : raw;
  const head = plain.head.toString('utf8');
  if (format === undefined && /^\uFEFF?\s*\[/.test(head)) throw new OtherForm('is a JSON list: give one JSON object a line (jq -c ".[]" makes that of it)');
  const found = format ?? (/^\uFEFF?\s*\{/.test(head) ? 'ndjson' : 'csv');
  return { format: found, rows: found === 'csv' ? csvRows(plain.stream, csv) : ndjsonRows(plain.stream), bytesRead: () => bytes };
}

export const openFile = (path: string): Readable => createReadStream(path);

function unzipped(stream: Readable): Readable {
  const gunzip = createGunzip();
  // A broken file surfaces on the reading side, as the error of the rows.
  pipeline(stream, gunzip).catch((error: Error) => gunzip.destroy(error));
  return gunzip;
}

/** The first bytes of a stream, and a stream that still has them. */
async function peeked(input: Readable, onChunk: (chunk: Buffer) => void = () => undefined): Promise<{ head: Buffer; stream: Readable }> {
  const iterator = input[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  let head: Buffer = Buffer.alloc(0);
  for (let done = false; head.length < PEEK_BYTES && !done; ) {
    const next = await iterator.next();
    done = next.done === true;
    if (next.done !== true) {
      onChunk(next.value);
      head = Buffer.concat([head, next.value]);
    }
  }
  const stream = new PassThrough();
  const rest = async function* () {
    yield head;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      onChunk(next.value);
      yield next.value;
    }
  };
  pipeline(rest, stream).catch((error: Error) => stream.destroy(error));
  return { head, stream };
}

async function* ndjsonRows(stream: Readable): AsyncIterable<Row> {
  let line = 0;
  for await (const raw of lines(stream)) {
    line += 1;
    const text = line === 1 ? raw.replace(/^\uFEFF/, '') : raw;
    if (text.trim() === '') continue;
    const fault = jsonFault(text);
    yield fault === null ? { line, ok: true, json: text } : { line, ok: false, text, fault };
  }
}

/** readline on its own does not tell a stream's error. */
async function* lines(stream: Readable): AsyncIterable<string> {
  let failure: Error | undefined;
  const reader = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  stream.once('error', (error) => {
    failure = error;
    reader.close();
  });
  yield* reader;
  if (failure !== undefined) throw failure;
}

function jsonFault(text: string): string | null {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? null : 'not a JSON object';
  } catch (error) {
    return `not JSON: ${(error as Error).message}`;
  }
}

async function* csvRows(stream: Readable, { row, ids }: CsvForm): AsyncIterable<Row> {
  const columns = (header: string[]): string[] => {
    const names = header.map((name) => name.trim());
    if (!ids.some((id) => names.includes(id))) throw new OtherForm(`has no column ${ids.join(' or ')} in its first line`);
    return names;
  };
  const parser = csvParser({ bom: true, columns, info: true, skip_empty_lines: true, trim: true, relax_column_count: true });
  pipeline(stream, parser).catch((error: Error) => parser.destroy(error));
  for await (const { record, info } of parser as AsyncIterable<{ record: Record<string, string>; info: { lines: number; error?: { message: string } } }>) {
    if (info.error === undefined) yield { line: info.lines, ok: true, json: JSON.stringify(row(record)) };
    else yield { line: info.lines, ok: false, text: JSON.stringify(record), fault: info.error.message };
  }
}
