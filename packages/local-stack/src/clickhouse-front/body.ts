import { createWriteStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import { HttpError } from './errors';

/** The request's body, decompressed, cut off with 413 beyond the limit (so that a compression bomb costs no more than that). */
export class Body {
  private readonly source: AsyncIterator<Buffer>;
  /** Bytes read so far, after decompression. */
  read = 0;

  constructor(
    request: IncomingMessage,
    private readonly limit: number,
  ) {
    this.source = decoded(request)[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  }

  /** @throws {HttpError} 413, 400 for a body that is not what its Content-Encoding says or that ends too soon. */
  async next(): Promise<Buffer | null> {
    try {
      const { value, done } = await this.source.next();
      if (done === true) return null;
      this.read += value.length;
      if (this.read > this.limit) throw new HttpError(413, 307, 'TOO_MANY_BYTES', `The request body is larger than ${this.limit} bytes, the front's limit.`);
      return value;
    } catch (error) {
      if (error instanceof HttpError) throw error;
      throw new HttpError(400, 23, 'CANNOT_READ_FROM_ISTREAM', `The request body cannot be read: ${(error as Error).message}`);
    }
  }

  /** The first bytes, at least `atLeast` of them unless the body ends before. */
  async head(atLeast: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let length = 0;
    while (length < atLeast) {
      const part = await this.next();
      if (part === null) break;
      parts.push(part);
      length += part.length;
    }
    return Buffer.concat(parts, length);
  }

  /** Writes `first` and all that is left into `file`. If the client goes away, this throws and nothing is inserted. */
  async spool(first: Buffer, file: string): Promise<void> {
    await pipeline(this.parts(first), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  }

  private async *parts(first: Buffer): AsyncGenerator<Buffer> {
    if (first.length > 0) yield first;
    for (let part = await this.next(); part !== null; part = await this.next()) yield part;
  }
}

function decoded(request: IncomingMessage): Readable {
  const encoding = (request.headers['content-encoding'] ?? 'identity').trim().toLowerCase();
  if (encoding === 'identity' || encoding === '') return request;
  const decoder = { gzip: createGunzip, 'x-gzip': createGunzip, deflate: createInflate, br: createBrotliDecompress }[encoding];
  if (decoder === undefined) throw new HttpError(415, 1, 'UNSUPPORTED_METHOD', `Content-Encoding ${encoding.slice(0, 32)} is not supported by the local front: use gzip, deflate or br.`);
  const stream = decoder();
  request.on('error', (error) => stream.destroy(error));
  request.on('close', () => {
    if (!request.complete) stream.destroy(new Error('the client went away'));
  });
  return request.pipe(stream);
}
