import { deliveryIdOf, TOPICS } from '@stakewatch/contracts';
import type { Redis } from 'ioredis';
import { receiver, redis, stage, start } from './testing/cast';
import { attemptsOf, published, putEndpoint, raise } from './testing/dispatcher-under-test';
import { alertNo, anEndpoint, endpointIdOf as idOf } from './testing/samples';

/** Redis loses what the dispatcher keeps there: all of it, or what came last. */
const ATTEMPTS = TOPICS.webhookAttempts.name;

const outcomes = () => attemptsOf(stage).map(({ outcome }) => outcome);

const contentOf = async (client: Redis) => Promise.all((await client.keys('*')).map(async (key) => [key, await client.dumpBuffer(key)] as const));
async function putBack(client: Redis, content: Awaited<ReturnType<typeof contentOf>>): Promise<void> {
  await client.flushall();
  for (const [key, value] of content) await client.restore(key, 0, value);
}

test('Redis emptied: the log is read again, and what the delivery log shows settled is not sent again', async () => {
  let healthy = false;
  const target = await receiver((response, { headers }) => void response.writeHead(healthy || headers['webhook-id'] === deliveryIdOf(alertNo(1).alert_id, 1, idOf('a')) ? 200 : 500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const first = await start({ schedule: [0, 60_000, 60_000] });
  await raise(stage, alertNo(1), alertNo(2));
  await published(stage, ATTEMPTS, () => outcomes().length === 2);
  await first.close();
  const [delivered, failed] = [1, 2].map((index) => deliveryIdOf(alertNo(index).alert_id, 1, idOf('a'))) as [string, string];
  stage.past.set(delivered, { attempts: 1, settled: true, nextAttemptAtMs: null });
  stage.past.set(failed, { attempts: 1, settled: false, nextAttemptAtMs: Date.now() + 50 });
  await redis.flushall();
  healthy = true;
  const second = await start({ schedule: [0, 60_000, 60_000] });
  await published(stage, ATTEMPTS, () => outcomes().length === 3);
  expect(second.lost.length).toBeGreaterThan(0);
  expect(attemptsOf(stage).at(-1)).toMatchObject({ delivery_id: failed, attempt: 2, outcome: 'delivered' });
  await raise(stage, alertNo(1), alertNo(3));
  await published(stage, ATTEMPTS, () => outcomes().length === 4);
  expect(target.received.filter(({ headers }) => headers['webhook-id'] === delivered)).toHaveLength(1);
});

test('Redis emptied under a running instance: it ends, to begin anew', async () => {
  const target = await receiver((response) => void response.writeHead(500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const instance = await start({ schedule: [0, 60_000] });
  await raise(stage, alertNo(1));
  await published(stage, ATTEMPTS, () => outcomes().length === 1);
  await stage.log.settle();
  await redis.flushall();
  await instance.dispatcher.verify();
  expect(instance.fatal.splice(0).map((error) => (error as Error).name)).toContain('QueueLost');
});

test('Redis comes back without its last writes under a running instance: it ends, to begin anew, and what they held is delivered', async () => {
  let healthy = false;
  const target = await receiver((response) => void response.writeHead(healthy ? 204 : 500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const instance = await start({ schedule: [0, 60_000, 60_000] });
  await stage.log.settle();
  const before = await contentOf(redis);
  await raise(stage, alertNo(1));
  await published(stage, ATTEMPTS, () => outcomes().length === 1);
  await stage.log.settle();
  await instance.dispatcher.verify();
  expect(instance.fatal).toEqual([]);
  await putBack(redis, before);
  await instance.dispatcher.verify();
  expect(instance.fatal.splice(0).map((error) => (error as Error).name)).toEqual(['QueueLost']);
  await instance.close();
  healthy = true;
  await start({});
  await published(stage, ATTEMPTS, () => outcomes().includes('delivered'));
  expect(target.ids).toEqual(new Set([deliveryIdOf(alertNo(1).alert_id, 1, idOf('a'))]));
});
