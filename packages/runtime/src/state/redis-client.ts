import Redis from 'ioredis';
import type { Logger } from 'pino';

const COMMAND_TIMEOUT_MS = 10_000;

/** A Redis connection that fails in bounded time instead of queueing without end, and reconnects by itself. */
export function createRedis(url: string, logger: Logger, name: string): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    maxRetriesPerRequest: 3,
    commandTimeout: COMMAND_TIMEOUT_MS,
    connectTimeout: 3_000,
    enableAutoPipelining: false,
    retryStrategy: (attempt) => Math.min(2_000, 50 * attempt),
    reconnectOnError: (error) => /^READONLY/.test(error.message),
  });
  redis.on('error', (error: Error) => logger.warn({ redis: name, error: error.message }, 'redis connection'));
  return redis;
}

/** For a service's `ready`: why it is not, by its connection; null when that stands. */
export const notConnected = ({ status }: Redis): string | null => (status === 'ready' ? null : 'Redis is not connected');
