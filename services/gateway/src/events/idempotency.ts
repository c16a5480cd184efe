import { createHash } from 'node:crypto';
import { deflateSync, inflateSync } from 'node:zlib';
import type { Redis } from 'ioredis';
import { ApiError, unavailable } from '../app/api-error';

/** An answer as it was given: status and body. */
export interface StoredAnswer {
  readonly status: number;
  readonly json: string;
}

export interface Idempotency {
  /**
   * Binds the key to the body for a day. Resolves with the answer given before, or null: go on.
   * @throws {ApiError} IDEMPOTENCY_CONFLICT when the key is bound to another body; UNAVAILABLE when Redis does not answer, or when the key
   *         is new and Redis is nearly full, because then nothing could be promised.
   */
  begin(scope: string, key: string, body: Buffer): Promise<StoredAnswer | null>;
  /** Keeps the answer unless a concurrent request's came first; resolves with the one that counts. Without Redis: the given one, for what was accepted stays accepted. */
  finish(scope: string, key: string, answer: StoredAnswer): Promise<StoredAnswer>;
}

const DAY_SECONDS = 86_400;
const KEY_PATTERN = /^[\x21-\x7e]{1,255}$/;

/**
 * KEYS[1]: hash with the fields `body` and `answer`. ARGV: digest of the body, seconds to keep, 1 when a new key may be bound, else 0.
 * Answers -1 when the key is new and may not be bound, 0 when it is bound to another body, 1 when bound to this one without an answer, else the answer.
 */
const BEGIN = `
local bound = redis.call('HGET', KEYS[1], 'body')
if not bound then
  if ARGV[3] == '0' then return -1 end
  redis.call('HSET', KEYS[1], 'body', ARGV[1])
  redis.call('EXPIRE', KEYS[1], ARGV[2])
  return 1
end
if bound ~= ARGV[1] then return 0 end
return redis.call('HGET', KEYS[1], 'answer') or 1`;

/** KEYS[1]: as above. ARGV: answer, seconds to keep. Answers the answer that counts. */
const FINISH = `
redis.call('HSETNX', KEYS[1], 'answer', ARGV[1])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return redis.call('HGET', KEYS[1], 'answer')`;

/** @throws {ApiError} INVALID_PARAMETER when the header cannot be a key. */
export function idempotencyKeyOf(header: string | string[] | undefined): string | null {
  if (header === undefined) return null;
  if (typeof header === 'string' && KEY_PATTERN.test(header)) return header;
  throw new ApiError('INVALID_PARAMETER', { errors: [{ path: 'Idempotency-Key', message: 'Idempotency-Key must be 1 to 255 visible ASCII characters' }] });
}

export interface IdempotencyDeps {
  readonly redis: Redis;
  /** Whether a new key may be bound now. What is bound stays so, and gets its answer. */
  hasRoom(): boolean;
  onFailure(): void;
}

/**
 * A process that dies between begin and finish leaves the key bound to its body and without an answer: the request sent again goes
 * through, and its events have the same identities. No lock, so nobody waits for a dead owner.
 */
export function createIdempotency({ redis, hasRoom, onFailure }: IdempotencyDeps): Idempotency {
  const keyOf = (scope: string, key: string) => `gw:{${scope}}:idempotency:${sha256(Buffer.from(key))}`;
  return {
    async begin(scope, key, body) {
      const found = await redis.callBuffer('EVAL', BEGIN, 1, keyOf(scope, key), sha256(body), DAY_SECONDS, hasRoom() ? 1 : 0).catch((error: unknown) => Promise.reject(unavailable(error)));
      if (found === -1) throw unavailable(new Error('Redis is nearly full: no new idempotency keys'));
      if (found === 0) throw new ApiError('IDEMPOTENCY_CONFLICT');
      return found === 1 ? null : unpack(found as Buffer);
    },
    async finish(scope, key, answer) {
      try {
        return unpack((await redis.callBuffer('EVAL', FINISH, 1, keyOf(scope, key), pack(answer), DAY_SECONDS)) as Buffer);
      } catch {
        onFailure();
        return answer;
      }
    },
  };
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url');
const pack = ({ status, json }: StoredAnswer): Buffer => deflateSync(JSON.stringify([status, json]));

function unpack(bytes: Buffer): StoredAnswer {
  const [status, json] = JSON.parse(inflateSync(bytes).toString('utf8')) as [number, string];
  return { status, json };
}
