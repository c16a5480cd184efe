import { guarded } from '@stakewatch/runtime';
import type { Redis } from 'ioredis';
import { STREAK_GAP_MS, type Streak } from '../core/disabling';
import { healthKeyOf } from './keys';
import { FAILURE_SCRIPT } from './scripts/failure';
import { TOLD_SCRIPT } from './scripts/told';

export interface Failure {
  /** Milliseconds UTC. */
  readonly atMs: number;
  /** Null when no answer came. */
  readonly httpStatus: number | null;
  /** A code (docs/webhooks.md, "What an attempt records"). */
  readonly error: string;
  /** When the endpoint's record was changed last: a streak does not reach back behind it. */
  readonly updatedAtMs: number;
}

/** How each endpoint has answered lately, over all partitions and instances together. @throws {Retriable} */
export interface EndpointHealth {
  /** The streak with this failure in it. */
  failed(endpointId: string, failure: Failure): Promise<Streak>;
  succeeded(endpointId: string): Promise<void>;
  /** Others know of the streak that began then. */
  told(endpointId: string, failingSinceMs: number): Promise<void>;
}

/** A streak is forgotten when nothing was added to it for so long. */
const FORGET_AFTER_MS = 30 * 86_400_000;

interface Scripts {
  dispatcherFailure(keys: 1, key: string, ...args: (string | number)[]): Promise<[string, string, number]>;
  dispatcherTold(keys: 1, key: string, since: number): Promise<unknown>;
}

/**
 * Health in Redis, one hash per endpoint: {alert-dispatcher:endpoint:<id>}:health. It is not fenced: a failure counted twice
 * (answer lost on the way) moves no decision by more than one attempt, and a success ends the streak however often it is said.
 * @param disableAfterMs kept beside each streak, for who shows it (endpoint-standings.ts)
 */
export function createRedisEndpointHealth(redis: Redis, disableAfterMs: number): EndpointHealth {
  redis.defineCommand('dispatcherFailure', { lua: FAILURE_SCRIPT });
  redis.defineCommand('dispatcherTold', { lua: TOLD_SCRIPT });
  const scripts = redis as unknown as Scripts;
  return {
    async failed(endpointId, { atMs, httpStatus, error, updatedAtMs }) {
      const [since, failures, told] = await guarded(scripts.dispatcherFailure(1, healthKeyOf(endpointId), atMs, STREAK_GAP_MS, FORGET_AFTER_MS, updatedAtMs, httpStatus ?? '', error, disableAfterMs));
      return { failingSinceMs: Number(since), failures: Number(failures), told: told === 1 };
    },
    async succeeded(endpointId) {
      await guarded(redis.del(healthKeyOf(endpointId)));
    },
    async told(endpointId, failingSinceMs) {
      await guarded(scripts.dispatcherTold(1, healthKeyOf(endpointId), failingSinceMs));
    },
  };
}
