import { type Authenticator, type Principal } from '../auth/authenticator';
import { addRateHeaders, isLimited, type RateLimiter, type RatePosition, type Visitor } from '../limits/rate-limiter';
import { ApiError, unavailable } from './api-error';
import type { Exchange } from './exchange';

/** What every request of the API passes: is the gateway open, who asks, may they ask now; and what is observed of it. */
export interface Door {
  /** Starts to observe a request; call what it returns with the status (and the error, when there is one). */
  enter(route: string): (status: number, error?: unknown) => void;
  /** @throws {ApiError} UNAVAILABLE while starting or draining, UNAUTHORIZED. */
  admit(exchange: Exchange): Principal;
  /** Adds the rate headers. @throws {ApiError} RATE_LIMITED */
  limit(exchange: Exchange, principal: Principal): Promise<void>;
  /** The same for a request that reserves its answer along; `passes` says what its count means. */
  count(visitor: Visitor): void;
}

export interface DoorDeps {
  readonly authenticator: Authenticator;
  readonly limiter: RateLimiter;
  isOpen(): boolean;
  observe(route: string, status: number, seconds: number, error: unknown): void;
}

export function createDoor(deps: DoorDeps): Door & { /** Resolves when nobody is inside. */ empty(): Promise<void> } {
  let inside = 0;
  let onEmpty: () => void = () => undefined;
  return {
    empty: () => (inside === 0 ? Promise.resolve() : new Promise((resolve) => (onEmpty = resolve))),
    enter(route) {
      const start = performance.now();
      inside += 1;
      return (status, error) => {
        inside -= 1;
        if (inside === 0) onEmpty();
        deps.observe(route, status, (performance.now() - start) / 1000, error);
      };
    },
    admit({ request }) {
      if (!deps.isOpen()) throw unavailable();
      const principal = deps.authenticator.authenticate(request.headers['x-api-key'], request.socket);
      if (!principal) throw new ApiError('UNAUTHORIZED', { headers: { 'WWW-Authenticate': 'ApiKey realm="stakewatch", header="X-API-Key"' } });
      return principal;
    },
    async limit(exchange, principal) {
      const at = await new Promise<RatePosition>((counted) => deps.limiter.count({ principal, reservation: null, counted }));
      if (!passes(exchange, at)) throw new ApiError('RATE_LIMITED');
    },
    count: (visitor) => deps.limiter.count(visitor),
  };
}

/** Adds the rate headers, and tells whether the company is within its limit. */
export function passes({ headers }: Exchange, at: RatePosition): boolean {
  addRateHeaders(headers, at, Date.now());
  return !isLimited(at);
}
