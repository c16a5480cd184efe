import { startTestRedis, type TestRedis } from '@stakewatch/testing';
import { deliveryQueuesSuite } from './delivery-queues.suite';
import { createRedisDeliveryQueues } from './redis-delivery-queues';

describe('delivery queues in Redis', () => {
  let redis: TestRedis;
  beforeAll(async () => void (redis = await startTestRedis()));
  afterAll(() => redis.stop());

  deliveryQueuesSuite(async () => createRedisDeliveryQueues(redis.client));
});
