import { stateStoreSuite, testStack } from '@stakewatch/testing';
import { createLogger } from '../service/logger';
import { createRedis } from './redis-client';
import { createRedisStateStore } from './redis-state-store';

stateStoreSuite('Redis', async () => {
  const stack = await testStack();
  const redis = createRedis(stack.redis, createLogger('test', 'silent'), 'state-store-suite');
  return {
    store: createRedisStateStore(redis),
    close: async () => {
      redis.disconnect();
      await stack.close();
    },
  };
});
