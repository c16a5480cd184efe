import { CONSUMER_GROUPS } from '@stakewatch/contracts';
import type { QueueName } from './port';

export const GROUP = CONSUMER_GROUPS.alertDispatcher.name;

export interface QueueKeys {
  /** Hash: epoch, offset, rebuild_until. */
  readonly meta: string;
  /** Hash: id -> header JSON. */
  readonly headers: string;
  /** Hash: id -> body. */
  readonly bodies: string;
  /** Hash: id -> lease token. */
  readonly leases: string;
  /** Sorted set: settled id -> milliseconds until when it is remembered. */
  readonly done: string;
  /** Sorted set: pending id -> milliseconds of the record that it came from; notices, which come from none, are not in it. */
  readonly waiting: string;
  /** Sorted set: endpoint id -> milliseconds when its first delivery is due. */
  readonly endpoints: string;
  /** Sorted set of an endpoint: id -> milliseconds when it is due. */
  due(endpointId: string): string;
}

/** The braces keep a partition in one slot of Redis Cluster. */
export function keysOf({ topic, partition }: QueueName): QueueKeys {
  const tag = `{${GROUP}:${topic}:${partition}}`;
  return {
    meta: `${tag}:meta`,
    headers: `${tag}:headers`,
    bodies: `${tag}:bodies`,
    leases: `${tag}:leases`,
    done: `${tag}:done`,
    waiting: `${tag}:waiting`,
    endpoints: `${tag}:endpoints`,
    due: (endpointId) => `${tag}:due:${endpointId}`,
  };
}

/** Hash of an endpoint (scripts/failure.ts), of no partition. */
export const healthKeyOf = (endpointId: string): string => `{${GROUP}:endpoint:${endpointId}}:health`;
