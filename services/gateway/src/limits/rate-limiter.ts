import type { Redis } from 'ioredis';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { RedisScript } from '../app/redis-script';
import { TickGroups } from '../app/tick-groups';
import type { Principal } from '../auth/authenticator';

const WINDOW_SECONDS = 60;
/** The fallback counts; what is too many is decided here, because each company has a limit of its own. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** Where a request stands in its company's window. */
export interface RatePosition {
  readonly limit: number;
  /** 1 for the window's first request. */
  readonly position: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

/** Someone who asks to come in, and what they want to be told of Redis's memory on that occasion. */
export interface Visitor {
  readonly principal: Principal;
  /** A key of the company's hash slot to read along; null: the visitor is only counted. */
  readonly memoryKey: string | null;
  /** @param memory what stands at the key; null when nothing does; undefined when Redis did not answer. */
  counted(at: RatePosition, memory: string | null | undefined): void;
}

export interface RateLimiter {
  count(visitor: Visitor): void;
}

/**
 * KEYS[1]: counter of the company's window; then keys to read. ARGV: requests to count, milliseconds of a window.
 * Answers the count after these requests, milliseconds until the window ends, then what stands at each key.
 */
const COUNT = new RedisScript(`
local count = redis.call('INCRBY', KEYS[1], ARGV[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
if #KEYS == 1 then return {count, left} end
return {count, left, unpack(redis.call('MGET', unpack(KEYS, 2)))}`);

/**
 * Counts requests per company in Redis, shared by every gateway; one call per company and turn of the event loop, which also reads
 * what its requests want to know. Without Redis each gateway counts in its own memory until Redis is back.
 */
export function createRateLimiter(redis: Redis): RateLimiter {
  const fallback = new RateLimiterMemory({ points: UNBOUNDED, duration: WINDOW_SECONDS });
  const arrivals = new TickGroups<Visitor>((scope, visitors) => {
    const keys = [`gw:rate:{${scope}}`];
    for (const { memoryKey } of visitors) if (memoryKey !== null) keys.push(memoryKey);
    COUNT.run(redis, keys, [visitors.length, WINDOW_SECONDS * 1000]).then(
      (answer) => tell(visitors, answer as [number, number, ...(string | null)[]]),
      () => void fallback.consume(scope, visitors.length).then(({ consumedPoints, msBeforeNext }) => tell(visitors, [consumedPoints, msBeforeNext])),
    );
  });
  return { count: (visitor) => arrivals.add(visitor.principal.scope, visitor) };
}

/** In the order they came: the first ones get the places that are left. */
function tell(visitors: readonly Visitor[], [count, resetMs, ...memories]: readonly [number, number, ...(string | null)[]]): void {
  let position = count - visitors.length;
  let read = 0;
  for (const visitor of visitors) {
    position += 1;
    visitor.counted({ limit: visitor.principal.requestsPerMinute, position, resetMs }, visitor.memoryKey === null ? null : memories[read++]);
  }
}

export const isLimited = ({ limit, position }: RatePosition): boolean => position > limit;

/** Document 000, "Rate Limiting": names and values by turns. Retry-After stands on a refusal only. */
export function addRateHeaders(headers: string[], at: RatePosition, nowMs: number): void {
  const remaining = Math.max(0, at.limit - at.position);
  headers.push('X-RateLimit-Limit', String(at.limit), 'X-RateLimit-Remaining', String(remaining), 'X-RateLimit-Reset', String(Math.ceil((nowMs + at.resetMs) / 1000)));
  if (isLimited(at)) headers.push('Retry-After', String(Math.max(1, Math.ceil(at.resetMs / 1000))));
}
