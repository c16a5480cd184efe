import { TOPICS } from '@stakewatch/contracts';
import type { LogAdmin } from '@stakewatch/runtime';
import type { Redis } from 'ioredis';
import { createRedisDeliveryQueues } from './queue/redis-delivery-queues';

/**
 * Rebuild of the dispatcher's state in Redis, for the command line. It only forgets; what follows is the dispatcher's own way with
 * a store that lost a partition (inputs/queue-handler.ts): it reads alerts.v1 and webhook.resends.v1 again from as long ago as
 * a delivery can be pending, leaves out what the delivery log (ClickHouse, webhook_attempts) shows delivered or abandoned, and
 * goes on with the rest at the attempt where each stood. A running dispatcher notices at its next step, or at the latest when
 * Redis is connected again or a delivery is due; it may also be restarted. Safe at any time and as often as wanted.
 *
 * @returns how many partitions were forgotten
 */
export async function forgetDispatcherState(redis: Redis, admin: LogAdmin): Promise<number> {
  const queues = createRedisDeliveryQueues(redis);
  let forgotten = 0;
  for (const topic of [TOPICS.alerts.name, TOPICS.webhookResends.name]) {
    const partitions = await admin.partitionCount(topic);
    for (let partition = 0; partition < partitions; partition += 1) {
      await queues.forget({ topic, partition });
      forgotten += 1;
    }
  }
  return forgotten;
}
