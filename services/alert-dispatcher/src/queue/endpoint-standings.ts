import { TOPICS } from '@stakewatch/contracts';
import { asRedisError, guarded, type LogAdmin } from '@stakewatch/runtime';
import type { ChainableCommander, Redis } from 'ioredis';
import { healthKeyOf, keysOf, type QueueKeys } from './keys';

/** How an endpoint stands, for who shows it to its company. Times are milliseconds UTC. */
export interface EndpointStanding {
  /** What has failed since the last success; null when nothing has, or when nothing has been sent for long. */
  readonly streak: {
    readonly sinceMs: number;
    readonly failures: number;
    /** Of the newest failure. */
    readonly lastMs: number;
    readonly httpStatus: number | null;
    readonly error: string;
    /** How long such a streak may be before the endpoint is disabled. */
    readonly disableAfterMs: number;
  } | null;
  /** Deliveries that wait or are being sent. */
  readonly pending: number;
  /** When the first of them is due (one that is being sent: when it is given up); null when none is. */
  readonly nextDueMs: number | null;
}

/** Reads what the dispatcher keeps of endpoints, and changes nothing. @throws {Retriable} when Redis does not answer, {LogUnavailable} */
export interface EndpointStandings {
  of(endpointIds: readonly string[]): Promise<ReadonlyMap<string, EndpointStanding>>;
}

/** Two round trips for any number of endpoints: where they have something waiting, then how much. */
export function createEndpointStandings(redis: Redis, admin: Pick<LogAdmin, 'partitionCount'>): EndpointStandings {
  return {
    async of(endpointIds) {
      if (endpointIds.length === 0) return new Map();
      const queues = await queuesOf(admin);
      const first = redis.pipeline();
      for (const id of endpointIds) first.hmget(healthKeyOf(id), ...STREAK_FIELDS);
      for (const { endpoints } of queues) first.zmscore(endpoints, ...endpointIds);
      const answers = await answersOf(first);
      const due = answers.slice(endpointIds.length) as (string | null)[][];
      const places = queues.flatMap((queue, at) => endpointIds.flatMap((id, of) => (due[at]?.[of] == null ? [] : [{ id, key: queue.due(id), dueMs: Number(due[at][of]) }])));
      const counting = redis.pipeline();
      for (const { key } of places) counting.zcard(key);
      const counts = places.length === 0 ? [] : ((await answersOf(counting)) as number[]);
      return new Map(
        endpointIds.map((id, at) => {
          const own = places.flatMap((place, index) => (place.id === id ? [{ dueMs: place.dueMs, count: counts[index] ?? 0 }] : []));
          return [id, { streak: streakOf(answers[at] as (string | null)[]), pending: own.reduce((sum, { count }) => sum + count, 0), nextDueMs: own.length === 0 ? null : Math.min(...own.map(({ dueMs }) => dueMs)) }];
        }),
      );
    },
  };
}

const STREAK_FIELDS = ['since', 'failures', 'last', 'status', 'error', 'disable_after'] as const;

function streakOf([since, failures, last, status, error, disableAfter]: readonly (string | null | undefined)[]): EndpointStanding['streak'] {
  if (since == null) return null;
  return { sinceMs: Number(since), failures: Number(failures), lastMs: Number(last), httpStatus: status ? Number(status) : null, error: error ?? '', disableAfterMs: Number(disableAfter) };
}

async function queuesOf(admin: Pick<LogAdmin, 'partitionCount'>): Promise<QueueKeys[]> {
  const names = [TOPICS.alerts.name, TOPICS.webhookResends.name];
  const partitions = await Promise.all(names.map((topic) => admin.partitionCount(topic)));
  return names.flatMap((topic, at) => Array.from({ length: partitions[at] ?? 0 }, (_, partition) => keysOf({ topic, partition })));
}

async function answersOf(pipeline: ChainableCommander): Promise<unknown[]> {
  const answers = (await guarded(pipeline.exec())) ?? [];
  return answers.map(([error, answer]) => {
    if (error) throw asRedisError(error);
    return answer;
  });
}
