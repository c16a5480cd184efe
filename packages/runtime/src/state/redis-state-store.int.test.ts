import { startTestRedis, stateStoreSuite, testStack } from '@stakewatch/testing';
import { StaleOwner } from '../log/port';
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

test('an owner from before Redis was emptied saves nothing, also where the owner after it stands at the same offset', async () => {
  const { client, stop } = await startTestRedis();
  const store = createRedisStateStore(client);
  const owner = { group: 'g', topic: 'betting.events.v1', partition: 0 };
  const before = await store.open(owner);
  await store.save(owner, { epoch: before.epoch, expectedOffset: null, nextOffset: 5, writes: [] });
  for (const forget of [() => client.flushall(), () => store.clear(owner)]) {
    await forget();
    const after = await store.open(owner);
    expect(after.nextOffset).toBeNull();
    await store.save(owner, { epoch: after.epoch, expectedOffset: null, nextOffset: 5, writes: [] });
    await expect(store.save(owner, { epoch: before.epoch, expectedOffset: 5, nextOffset: 6, writes: [] })).rejects.toThrow(StaleOwner);
  }
  await stop();
});
