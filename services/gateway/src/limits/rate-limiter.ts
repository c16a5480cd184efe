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

/** An answer to be put at a key of the company's hash slot for a day, unless one is there. */
export interface Reservation {
  readonly key: string;
  /** Null: nothing is put there, and what stands there is asked for all the same. */
  readonly text: string | null;
}

/** Someone who asks to come in, and what is to be reserved for them on that occasion. */
export interface Visitor {
  readonly principal: Principal;
  readonly reservation: Reservation | null;
  /**
   * @param found what stood at the key before; null when nothing did, and the reservation holds if it has a text and the visitor is within the limit (beyond it
   *        nothing is reserved); undefined when Redis did not answer.
   */
  counted(at: RatePosition, found: string | null | undefined): void;
}

export interface RateLimiter {
  count(visitor: Visitor): void;
}

export const ANSWER_SECONDS = 86_400;

/**
 * KEYS[1]: counter of the company's window; then keys to reserve, for the first requests of these. ARGV: requests to count, milliseconds of a
 * window, limit, seconds to keep, then a text per key; an empty one reserves nothing.
 * Answers the count after these requests, milliseconds until the window ends, then what stood at each key before.
 */
const COUNT = new RedisScript(`
local call = redis.call
local count = call('INCRBY', KEYS[1], ARGV[1])
local left = call('PTTL', KEYS[1])
if left < 0 then
  call('PEXPIRE', KEYS[1], ARGV[2])
  left = tonumber(ARGV[2])
end
local room = tonumber(ARGV[3]) - count + tonumber(ARGV[1])
local answer = {count, left}
for i = 2, #KEYS do
  local text = ARGV[i + 3]
  if i - 1 > room then answer[i + 1] = false
  elseif text == '' then answer[i + 1] = call('GET', KEYS[i])
  else answer[i + 1] = call('SET', KEYS[i], text, 'NX', 'GET', 'EX', ARGV[4]) end
end
return answer`);

/** Nothing was found, because nobody could be asked. */
const UNKNOWN: readonly undefined[] = [];

/**
 * Counts requests per company in Redis, shared by every gateway; one call per company and turn of the event loop, which also reserves
 * the answers of those that are within the limit. Without Redis each gateway counts in its own memory until Redis is back.
 */
export function createRateLimiter(redis: Redis): RateLimiter {
  const fallback = new RateLimiterMemory({ points: UNBOUNDED, duration: WINDOW_SECONDS });
  const arrivals = new TickGroups<Visitor>((scope, visitors) => {
    // Those with something to reserve first: the script knows by its number which key is within the limit.
    const inOrder = [...visitors.filter(({ reservation }) => reservation !== null), ...visitors.filter(({ reservation }) => reservation === null)];
    const limit = (visitors[0] as Visitor).principal.requestsPerMinute;
    const keys = [`gw:rate:{${scope}}`];
    const values: (string | number)[] = [visitors.length, WINDOW_SECONDS * 1000, limit, ANSWER_SECONDS];
    for (const { reservation } of inOrder) {
      if (reservation === null) break;
      keys.push(reservation.key);
      values.push(reservation.text ?? '');
    }
    COUNT.run(redis, keys, values).then(
      (answer) => {
        const [count, resetMs, ...found] = answer as [number, number, ...(string | null)[]];
        tell(inOrder, limit, count, resetMs, found);
      },
      () => void fallback.consume(scope, visitors.length).then(({ consumedPoints, msBeforeNext }) => tell(inOrder, limit, consumedPoints, msBeforeNext, UNKNOWN)),
    );
  });
  return { count: (visitor) => arrivals.add(visitor.principal.scope, visitor) };
}

/** In their order: the first ones get the places that are left. */
function tell(visitors: readonly Visitor[], limit: number, count: number, resetMs: number, found: readonly (string | null | undefined)[]): void {
  const before = count - visitors.length;
  visitors.forEach((visitor, index) => visitor.counted({ limit, position: before + index + 1, resetMs }, found[index]));
}

export const isLimited = ({ limit, position }: RatePosition): boolean => position > limit;

/** Document 000, "Rate Limiting": names and values by turns. Retry-After stands on a refusal only. */
export function addRateHeaders(headers: string[], at: RatePosition, nowMs: number): void {
  const remaining = Math.max(0, at.limit - at.position);
  headers.push('X-RateLimit-Limit', String(at.limit), 'X-RateLimit-Remaining', String(remaining), 'X-RateLimit-Reset', String(Math.ceil((nowMs + at.resetMs) / 1000)));
  if (isLimited(at)) headers.push('Retry-After', String(Math.max(1, Math.ceil(at.resetMs / 1000))));
}
