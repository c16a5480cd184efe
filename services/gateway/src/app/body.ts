import type { IncomingMessage, ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { ApiError, unavailable } from './api-error';
import type { InFlightBytes } from './in-flight';

const inflate = promisify(gunzip);
export const JSON_TYPE = /^application\/json(?:\s*;\s*charset\s*=\s*"?utf-8"?)?\s*$/i;

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
export async function readBody(request: IncomingMessage, response: ServerResponse, limit: number, budget: InFlightBytes, type = JSON_TYPE): Promise<HeldBody> {
  const gzipped = encodingOf(request, type);
  if (Number(request.headers['content-length'] ?? 0) > limit) throw new ApiError('BODY_TOO_LARGE');
  if (request.headers.expect !== undefined) response.writeContinue();
  const held = new Holding(budget);
  try {
    const sent = await collect(request, limit, held);
    if (!gzipped) return { bytes: sent, release: () => held.release() };
    const bytes = await inflated(sent, limit);
    held.add(bytes.length);
    return { bytes, release: () => held.release() };
  } catch (error) {
    held.release();
    throw error;
  }
}

function encodingOf(request: IncomingMessage, type: RegExp): boolean {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  const gzipped = encoding === 'gzip' || encoding === 'x-gzip';
  if (!type.test(request.headers['content-type'] ?? '') || (!gzipped && encoding !== 'identity')) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { headers: { Accept: 'application/json', 'Accept-Encoding': 'gzip, identity' } });
  }
  return gzipped;
}

class Holding {
  private held = 0;
  constructor(private readonly budget: InFlightBytes) {}

  add(bytes: number): void {
    if (!this.budget.take(bytes)) throw unavailable();
    this.held += bytes;
  }

  release(): void {
    this.budget.give(this.held);
    this.held = 0;
  }
}

function collect(request: IncomingMessage, limit: number, held: Holding): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const stop = (error: unknown) => {
      request.removeListener('data', onData);
      // What is still coming is read and thrown away, so that the caller can read the answer; the server's timeouts bound it.
      request.resume();
      reject(error);
    };
    const onData = (chunk: Buffer) => {
      size += chunk.length;
      if (size > limit) return stop(new ApiError('BODY_TOO_LARGE'));
      try {
        held.add(chunk.length);
      } catch (error) {
        return stop(error);
      }
      chunks.push(chunk);
    };
    request.on('data', onData);
    request.on('end', () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks, size)));
    // Also when the caller leaves in the middle of the body.
    request.on('error', () => stop(new ApiError('INVALID_JSON')));
  });
}

async function inflated(sent: Buffer, limit: number): Promise<Buffer> {
  try {
    return await inflate(sent, { maxOutputLength: limit });
  } catch (error) {
    throw new ApiError((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'BODY_TOO_LARGE' : 'INVALID_JSON');
  }
}
