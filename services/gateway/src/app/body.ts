import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ApiError, unavailable } from './api-error';
import type { InFlightBytes } from './in-flight';

const inflate = promisify(gunzip);
const EMPTY = Buffer.alloc(0);
/** A content type that a route takes, as its caller is told and as it is recognised. */
export interface MediaType {
  readonly name: string;
  readonly pattern: RegExp;
}

export const JSON_TYPE: MediaType = { name: 'application/json', pattern: /^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i };

/** A body and the bytes it holds of the budget until `release`. */
export interface HeldBody {
  readonly bytes: Buffer;
  release(): void;
}

/**
 * Reads a body (JSON unless `type` says otherwise), plain or gzip. Both its sent and its inflated size are bounded by `limit`, so that a compression bomb costs
 * no more memory than an honest body.
 * @throws {ApiError} UNSUPPORTED_MEDIA_TYPE, BODY_TOO_LARGE, INVALID_JSON (broken gzip), UNAVAILABLE (no room).
 */
export function readBody(request: IncomingMessage, response: ServerResponse, limit: number, budget: InFlightBytes, type = JSON_TYPE): Promise<HeldBody> {
  return new Promise((resolve, reject) => receiveBody(request, response, limit, budget, type, { received: resolve, notReceived: reject }));
}

/** Who waits for a body: one of the two is called, once. */
export interface BodyWaiter {
  received(body: HeldBody): void;
  notReceived(error: unknown): void;
}

/** `readBody` without a promise: on the way of a single event each one is felt. */
export function receiveBody(request: IncomingMessage, response: ServerResponse, limit: number, budget: InFlightBytes, type: MediaType, waiter: BodyWaiter): void {
  let gzipped: boolean;
  try {
    gzipped = encodingOf(request, type);
    if (Number(request.headers['content-length'] ?? 0) > limit) throw tooLarge(limit);
  } catch (error) {
    return waiter.notReceived(error);
  }
  if (request.headers.expect !== undefined) response.writeContinue();
  collect(request, new Holding(budget), limit, gzipped ? { received: (sent) => void inflated(sent, limit, waiter), notReceived: (error) => waiter.notReceived(error) } : waiter);
}

const tooLarge = (limit: number): ApiError => new ApiError('BODY_TOO_LARGE', { errors: [{ path: 'body', message: `must be at most ${limit} bytes, also when inflated` }] });

/** Whether the body is gzip. */
function encodingOf({ headers }: IncomingMessage, type: MediaType): boolean {
  const encoding = headers['content-encoding']?.trim().toLowerCase() ?? 'identity';
  const gzipped = encoding === 'gzip' || encoding === 'x-gzip';
  const isWanted = type.pattern.test(headers['content-type'] ?? '');
  if (!isWanted || (!gzipped && encoding !== 'identity')) {
    const errors = [isWanted ? { path: 'Content-Encoding', message: 'must be gzip, or absent' } : { path: 'Content-Type', message: `must be ${type.name} in UTF-8` }];
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { errors, headers: { Accept: type.name, 'Accept-Encoding': 'gzip, identity' } });
  }
  return gzipped;
}

/** Bytes received so far, and what they hold of the budget. */
class Holding implements HeldBody {
  bytes: Buffer = EMPTY;
  private held = 0;
  constructor(private readonly budget: InFlightBytes) {}

  /** False when there is no room. */
  add(bytes: number): boolean {
    if (!this.budget.take(bytes)) return false;
    this.held += bytes;
    return true;
  }

  release(): void {
    this.budget.give(this.held);
    this.held = 0;
  }
}

interface SentWaiter {
  received(sent: Holding): void;
  notReceived(error: unknown): void;
}

function collect(request: IncomingMessage, holding: Holding, limit: number, waiter: SentWaiter): void {
  let chunks: Buffer[] | null = null;
  let size = 0;
  let done = false;
  const stop = (error: unknown) => {
    if (done) return;
    done = true;
    request.removeListener('data', onData);
    // What is still coming is read and thrown away, so that the caller can read the answer; the server's timeouts bound it.
    request.resume();
    holding.release();
    waiter.notReceived(error);
  };
  const onData = (chunk: Buffer) => {
    size += chunk.length;
    if (size > limit) return stop(tooLarge(limit));
    if (!holding.add(chunk.length)) return stop(unavailable());
    // A small body comes in one piece, which is not copied.
    if (size === chunk.length) holding.bytes = chunk;
    else (chunks ??= [holding.bytes]).push(chunk);
  };
  request.on('data', onData);
  request.on('end', () => {
    if (done) return;
    done = true;
    if (chunks) holding.bytes = Buffer.concat(chunks, size);
    waiter.received(holding);
  });
  // Also when the caller leaves in the middle of the body.
  request.on('error', () => stop(new ApiError('INVALID_JSON')));
}

async function inflated(sent: Holding, limit: number, waiter: BodyWaiter): Promise<void> {
  try {
    sent.bytes = await inflate(sent.bytes, { maxOutputLength: limit });
  } catch (error) {
    sent.release();
    return waiter.notReceived((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? tooLarge(limit) : new ApiError('INVALID_JSON', { errors: [{ path: 'body', message: 'is not readable gzip' }] }));
  }
  if (sent.add(sent.bytes.length)) return waiter.received(sent);
  sent.release();
  waiter.notReceived(unavailable());
}
