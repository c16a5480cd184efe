import { asRedisError } from '@stakewatch/runtime';
import type { Redis } from 'ioredis';
import { STREAK_GAP_MS, type Streak } from '../core/disabling';
import { GROUP } from './keys';
import { FAILURE_SCRIPT } from './scripts/failure';

/** How each endpoint has answered lately, over all partitions and instances together. @throws {Retriable} */
export interface EndpointHealth {
  /** The streak with this failure in it. */
  failed(endpointId: string, nowMs: number): Promise<Streak>;
  succeeded(endpointId: string): Promise<void>;
}

/** A streak is forgotten when nothing was added to it for so long. */
const FORGET_AFTER_MS = 30 * 86_400_000;

type FailureCommand = (keys: 1, key: string, nowMs: number, gapMs: number, forgetAfterMs: number) => Promise<[string, string]>;

/**
 * Health in Redis, one hash per endpoint: {alert-dispatcher:endpoint:<id>}:health. It is not fenced: a failure counted twice
 * (answer lost on the way) moves no decision by more than one attempt, and a success ends the streak however often it is said.
 */
export function createRedisEndpointHealth(redis: Redis): EndpointHealth {
  redis.defineCommand('dispatcherFailure', { lua: FAILURE_SCRIPT });
  const failure = (redis as unknown as { dispatcherFailure: FailureCommand }).dispatcherFailure.bind(redis);
  return {
    async failed(endpointId, nowMs) {
      const [since, failures] = await guarded(failure(1, keyOf(endpointId), nowMs, STREAK_GAP_MS, FORGET_AFTER_MS));
      return { failingSinceMs: Number(since), failures: Number(failures) };
    },
    async succeeded(endpointId) {
      await guarded(redis.del(keyOf(endpointId)));
    },
  };
}

const keyOf = (endpointId: string): string => `{${GROUP}:endpoint:${endpointId}}:health`;

async function guarded<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise;
  } catch (error) {
    throw asRedisError(error);
  }
}
