import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createDeflate, createGzip } from 'node:zlib';
import type { EngineResult } from './engine';
import type { HttpError } from './errors';

const CONTENT_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^(JSON|JSONStrings|JSONCompact|JSONCompactStrings|JSONColumns\w*|JSONCompactColumns|JSONObjectEachRow)$/, 'application/json; charset=UTF-8'],
  [/^(JSON\w*EachRow\w*|JSONLines|NDJSON)$/, 'application/x-ndjson; charset=UTF-8'],
  [/^(TabSeparated|TSV)/, 'text/tab-separated-values; charset=UTF-8'],
  [/^CSV/, 'text/csv; charset=UTF-8; header=absent'],
  [/^XML$/, 'application/xml; charset=UTF-8'],
  [/^(Pretty|Vertical|Values|TSKV|Markdown)/, 'text/plain; charset=UTF-8'],
];

/** Headers that every answer to a query has; X-ClickHouse-Summary as far as the engine says (it counts what it read). */
export function describe(response: ServerResponse, queryId: string, format: string, result: EngineResult, inserted: boolean): void {
  const summary = {
    read_rows: String(result.rowsRead),
    read_bytes: String(result.bytesRead),
    written_rows: inserted ? String(result.rowsRead) : '0',
    written_bytes: inserted ? String(result.bytesRead) : '0',
    elapsed_ns: String(Math.round(result.seconds * 1e9)),
  };
  response.setHeader('X-ClickHouse-Query-Id', queryId);
  response.setHeader('X-ClickHouse-Format', format);
  response.setHeader('X-ClickHouse-Timezone', 'UTC');
  response.setHeader('X-ClickHouse-Summary', JSON.stringify(summary));
  response.setHeader('Content-Type', CONTENT_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? 'application/octet-stream');
}

/** Sends a result file; memory stays at one read buffer, whatever its size. */
export async function sendFile(request: IncomingMessage, response: ServerResponse, file: string, compress: boolean): Promise<number> {
  const { size } = await stat(file);
  const encoder = compress ? encoderFor(request) : null;
  response.statusCode = 200;
  const source = createReadStream(file, { highWaterMark: 262_144 });
  if (encoder === null) response.setHeader('Content-Length', size);
  else response.setHeader('Content-Encoding', encoder.name);
  try {
    await (encoder === null ? pipeline(source, response) : pipeline(source, encoder.stream, response));
  } catch (error) {
    // The client closed, perhaps the moment it had the last byte: nobody is left to tell.
    if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  }
  return size;
}

function encoderFor(request: IncomingMessage) {
  const offered = String(request.headers['accept-encoding'] ?? '').toLowerCase();
  if (/\bgzip\b/.test(offered)) return { name: 'gzip', stream: createGzip({ level: 3 }) };
  if (/\bbr\b/.test(offered)) return { name: 'br', stream: createBrotliCompress({ params: { [constants.BROTLI_PARAM_QUALITY]: 3 } }) };
  if (/\bdeflate\b/.test(offered)) return { name: 'deflate', stream: createDeflate({ level: 3 }) };
  return null;
}

export function sendText(response: ServerResponse, status: number, text: string, type = 'text/plain; charset=UTF-8'): void {
  response.statusCode = status;
  response.setHeader('Content-Type', type);
  response.setHeader('Content-Length', Buffer.byteLength(text));
  response.end(text);
}

/** An error before anything was sent is an answer; after that the connection is cut, so that half a result never looks whole. */
export function sendError(response: ServerResponse, error: HttpError): void {
  if (response.headersSent) {
    response.destroy(error);
    return;
  }
  for (const name of response.getHeaderNames()) response.removeHeader(name);
  response.setHeader('X-ClickHouse-Exception-Code', error.code);
  if (error.status === 413 || error.status === 400) response.setHeader('Connection', 'close');
  sendText(response, error.status, error.body);
}
