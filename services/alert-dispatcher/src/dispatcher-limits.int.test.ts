import { startTestRedis, type TestRedis } from '@stakewatch/testing';
import { attemptsOf, createStage, pendingIn, putEndpoint, raise, type Stage, startInstance } from './testing/dispatcher-under-test';
import { TestReceiver } from './testing/receiver';
import { alertNo, anEndpoint, endpointIdOf as idOf } from './testing/samples';

let redis: TestRedis;
let stage: Stage;
let living: TestReceiver;
let dead: TestReceiver;

beforeAll(async () => {
  redis = await startTestRedis();
  living = await TestReceiver.start();
  dead = await TestReceiver.start((response) => void response.writeHead(500).end());
});
afterAll(() => Promise.all([redis.stop(), living.stop(), dead.stop()]));
beforeEach(async () => {
  await redis.client.flushall();
  living.received.length = 0;
  stage = await createStage();
  await putEndpoint(stage, anEndpoint({ id: idOf('live'), url: living.url }));
});

const refused = () => attemptsOf(stage).filter(({ error }) => error === 'queue_full');

test('a queue that is full abandons, with a record, and takes others', async () => {
  await putEndpoint(stage, anEndpoint({ id: idOf('dead'), url: dead.url }));
  const instance = await startInstance(stage, redis.client, { schedule: [0, 60_000], pendingLimit: 3 });
  for (let index = 0; index < 12; index += 1) {
    await raise(stage, alertNo(index));
    await living.has(index + 1);
  }
  await instance.close();
  expect(instance.fatal).toEqual([]);
  expect(await pendingIn(redis.client)).toBe(6);
  expect(refused()).toHaveLength(6);
});

test('endpoints that take nothing share what may wait in a partition, and one that takes is refused nothing for them', async () => {
  const stuck = ['one', 'two', 'three'].map(idOf);
  for (const id of stuck) await putEndpoint(stage, anEndpoint({ id, status: 'disabled', disabledReason: 'by hand' }));
  const instance = await startInstance(stage, redis.client, { pendingLimit: 100, stuckLimit: 9 });
  for (let index = 0; index < 40; index += 1) await raise(stage, alertNo(index));
  await living.has(40);
  await instance.close();
  expect(instance.fatal).toEqual([]);
  expect(refused().filter(({ endpoint_id }) => !stuck.includes(endpoint_id))).toEqual([]);
  // Of two partitions; a step may go over by what one alert makes.
  expect(await pendingIn(redis.client)).toBeLessThanOrEqual(2 * (9 + stuck.length));
  expect((await pendingIn(redis.client)) + refused().length).toBe(40 * stuck.length);
});
