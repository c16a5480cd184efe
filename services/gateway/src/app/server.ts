import { type Server, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { ApiError, errorBody } from './api-error';
import { answerError, openExchange } from './exchange';
import { requestIdOf } from './request-id';

/** A client may take this long for headers, for the whole request, and between two requests (milliseconds). */
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;
const KEEP_ALIVE_MS = 65_000;
const MAX_HEADERS = 100;

/** Limits that make slow or broken clients cheap, and document 004's body where node:http answers by itself. */
export function configureServer(server: Server, maxConnections: number): void {
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.maxHeadersCount = MAX_HEADERS;
  server.maxConnections = maxConnections;
  // The body is asked for (100 Continue) only when it is wanted: see readBody.
  server.on('checkContinue', (request, response) => server.emit('request', request, response));
  server.on('checkExpectation', (request, response) => answerError(openExchange(request, response), new ApiError('EXPECTATION_FAILED')));
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => answerClientError(error, socket as Socket));
}

function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const apiError = new ApiError(error.code === 'HPE_HEADER_OVERFLOW' ? 'HEADERS_TOO_LARGE' : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 'REQUEST_TIMEOUT' : 'BAD_REQUEST');
  const requestId = requestIdOf(undefined);
  const json = JSON.stringify(errorBody(apiError, requestId, 'en', new Date()));
  socket.end(
    [
      `HTTP/1.1 ${apiError.status} ${STATUS_CODES[apiError.status]}`,
      'Content-Type: application/json; charset=utf-8',
      `Content-Length: ${Buffer.byteLength(json)}`,
      `X-Request-Id: ${requestId}`,
      'Connection: close',
      '',
      json,
    ].join('\r\n'),
  );
}
