import type { Redis } from 'ioredis';
import { RateLimiterMemory, RateLimiterRedis, type RateLimiterRes } from 'rate-limiter-flexible';
import { TickBatcher } from '../app/tick-batcher';
import type { Principal } from '../auth/authenticator';

const WINDOW_SECONDS = 60;
/** The library counts; what is too many is decided here, because each company has a limit of its own. */
const UNBOUNDED = Number.MAX_SAFE_INTEGER;

/** Where a request stands in its company's window. */
export interface RatePosition {
  readonly limit: number;
  /** 1 for the window's first request. */
  readonly position: number;
  /** Milliseconds until the window ends. */
  readonly resetMs: number;
}

export interface RateLimiter {
  take(principal: Principal): Promise<RatePosition>;
}

/**
 * Counts requests per company in Redis, shared by every gateway; one call per company and turn of the event loop. Without Redis each
 * gateway counts in its own memory until Redis is back.
 */
export function createRateLimiter(redis: Redis): RateLimiter {
  const window = { points: UNBOUNDED, duration: WINDOW_SECONDS, keyPrefix: 'gw:rate' };
  const limiter = new RateLimiterRedis({ ...window, storeClient: redis, insuranceLimiter: new RateLimiterMemory(window) });
  const batcher = new TickBatcher<null, { consumed: number; resetMs: number }>(async (scope, items) => {
    const state: RateLimiterRes = await limiter.consume(`{${scope}}`, items.length);
    return items.map((_, index) => ({ consumed: state.consumedPoints - items.length + index + 1, resetMs: state.msBeforeNext }));
  });
  return {
    async take({ scope, requestsPerMinute }) {
      const { consumed, resetMs } = await batcher.ask(scope, null);
      return { limit: requestsPerMinute, position: consumed, resetMs };
    },
  };
}

export const isLimited = ({ limit, position }: RatePosition): boolean => position > limit;

/** Document 000, "Rate Limiting": names and values by turns. Retry-After stands on a refusal only. */
export function rateHeaders(at: RatePosition, nowMs: number): string[] {
  const headers = [
    'X-RateLimit-Limit',
    String(at.limit),
    'X-RateLimit-Remaining',
    String(Math.max(0, at.limit - at.position)),
    'X-RateLimit-Reset',
    String(Math.ceil((nowMs + at.resetMs) / 1000)),
  ];
  if (isLimited(at)) headers.push('Retry-After', String(Math.max(1, Math.ceil(at.resetMs / 1000))));
  return headers;
}
