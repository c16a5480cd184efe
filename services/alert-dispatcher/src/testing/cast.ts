import { startTestRedis, type TestRedis } from '@stakewatch/testing';
import { createStage, type Instance, type Stage, startInstance } from './dispatcher-under-test';
import { TestReceiver } from './receiver';

/**
 * What every test of a file that imports this begins with: an empty Redis and a log of its own. What it starts here is closed after it,
 * and no instance may have met an error that nothing understands, unless the test took it out of `fatal`.
 */
export let redis: TestRedis['client'];
export let stage: Stage;
export const instances: Instance[] = [];
const receivers: TestReceiver[] = [];

let server: TestRedis;
beforeAll(async () => {
  server = await startTestRedis();
  redis = server.client;
});
afterAll(() => server.stop());
beforeEach(async () => {
  await redis.flushall();
  stage = await createStage();
});
afterEach(async () => {
  await Promise.all(instances.map((instance) => instance.close()));
  await Promise.all(receivers.splice(0).map((receiver) => receiver.stop()));
  expect(instances.splice(0).flatMap(({ fatal }) => fatal)).toEqual([]);
});

export async function start(...tuningAndClock: Parameters<typeof startInstance> extends [Stage, TestRedis['client'], ...infer Rest] ? Rest : never): Promise<Instance> {
  const instance = await startInstance(stage, redis, ...tuningAndClock);
  instances.push(instance);
  return instance;
}

export async function receiver(answer?: Parameters<typeof TestReceiver.start>[0]): Promise<TestReceiver> {
  const made = await TestReceiver.start(answer);
  receivers.push(made);
  return made;
}
