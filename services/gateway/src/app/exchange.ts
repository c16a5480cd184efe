import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Language } from '@stakewatch/contracts';
import { ApiError, errorBody } from './api-error';
import { languageOf } from './language';
import { requestIdOf } from './request-id';

/** One request and its answer: the same for the plain ingest routes and for express's. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly language: Language;
  /** Names and values by turns, written at once with the answer: setting headers one by one costs a tenth of a single event. */
  readonly headers: string[];
}

export function openExchange(request: IncomingMessage, response: ServerResponse): Exchange {
  const requestId = requestIdOf(request.headers['x-request-id']);
  const headers = ['X-Request-Id', requestId, 'X-Content-Type-Options', 'nosniff', 'Cache-Control', 'no-store'];
  return { request, response, requestId, language: languageOf(request.headers['accept-language']), headers };
}

/** A caller that still sends when it is answered is listened to for as long, and as much, as this: milliseconds and bytes. */
const LINGER_MS = 5_000;
const LINGER_BYTES = 16 * 1024 * 1024;

/** Ends the exchange with a body of JSON text. @param ascii the text holds nothing else, which spares counting and encoding its bytes. */
export function answer(exchange: Exchange, status: number, json: string, ascii = false): void {
  const { request, response, headers } = exchange;
  if (response.headersSent || response.destroyed) return;
  // A body that was not read to its end cannot be followed by another request.
  const isUnread = !request.complete && hasBody(request);
  if (isUnread) headers.push('Connection', 'close');
  headers.push('Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(ascii ? json.length : Buffer.byteLength(json)));
  response.writeHead(status, headers);
  if (request.method === 'HEAD') return void response.end();
  // Headers and body as one text in one write: what is given to end() goes out together with an empty piece, as a list, which costs a tenth more.
  response.write(json, ascii ? 'latin1' : 'utf8');
  response.socket?.uncork();
  // Who asks before it sends does not send any more.
  if (isUnread && request.headers.expect === undefined) return endWhenSent(request, response);
  response.end();
}

/**
 * A connection that is closed while its caller sends is reset: most clients then tell of a broken pipe, and not of the answer that waits for them. What still
 * comes is thrown away.
 */
function endWhenSent(request: IncomingMessage, response: ServerResponse): void {
  let left = LINGER_BYTES;
  const timer = setTimeout(end, LINGER_MS);
  function end(): void {
    clearTimeout(timer);
    response.end();
  }
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length;
    if (left < 0) end();
  });
  request.once('end', end).once('close', end).resume();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

/** Ends the exchange with document 004's error; what is no ApiError is INTERNAL, and its own message stays inside. */
export function answerError(exchange: Exchange, error: unknown): ApiError {
  const apiError = error instanceof ApiError ? error : new ApiError('INTERNAL', { cause: error });
  for (const [name, value] of Object.entries(apiError.details.headers ?? {})) exchange.headers.push(name, value);
  if (exchange.language !== 'en') exchange.headers.push('Content-Language', exchange.language);
  answer(exchange, apiError.status, JSON.stringify(errorBody(apiError, exchange.requestId, exchange.language, new Date())));
  return apiError;
}
