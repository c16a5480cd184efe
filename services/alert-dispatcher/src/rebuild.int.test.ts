import { type Alert, CONSUMER_GROUPS, deliveryIdOf, TOPICS } from '@stakewatch/contracts';
import { startTestRedis, type TestRedis } from '@stakewatch/testing';
import { markOf } from './core/mark';
import { attemptsOf, createStage, type Instance, pendingIn, published, putEndpoint, type Stage, startInstance } from './testing/dispatcher-under-test';
import { TestReceiver } from './testing/receiver';
import { alertNo, anEndpoint, endpointIdOf as idOf } from './testing/samples';

/** What is found again when Redis was emptied, and what is not sent a second time. */
const DAY = 86_400_000;
const AT = { topic: TOPICS.alerts.name, partition: 0 };
const GROUP = CONSUMER_GROUPS.alertDispatcher.name;
let redis: TestRedis;
let stage: Stage;
let target: TestReceiver;
let instances: Instance[];

beforeAll(async () => {
  redis = await startTestRedis();
  target = await TestReceiver.start();
});
afterAll(() => Promise.all([redis.stop(), target.stop()]));
beforeEach(async () => {
  await redis.client.flushall();
  target.received.length = 0;
  target.ids.clear();
  stage = await createStage();
  instances = [];
});
afterEach(async () => {
  await stop();
  expect(instances.flatMap(({ fatal }) => fatal)).toEqual([]);
});

async function start(nowMs: () => number = Date.now): Promise<Instance> {
  const instance = await startInstance(stage, redis.client, {}, nowMs);
  instances.push(instance);
  return instance;
}

const running = new WeakSet<Instance>();
async function stop(): Promise<void> {
  const open = instances.filter((instance) => !running.has(instance));
  for (const instance of open) running.add(instance);
  await Promise.all(open.map((instance) => instance.close()));
}

const raise = async (...alerts: readonly Alert[]) => (await stage.log.producer()).send(alerts.map((alert) => ({ ...AT, key: alert.alert_id, value: Buffer.from(stage.codec.encode('alert', alert)) })));
const deliveryOf = (index: number, name = 'a') => deliveryIdOf(alertNo(index).alert_id, 1, idOf(name));
const settled = (index: number, name?: string) => stage.past.set(deliveryOf(index, name), { attempts: 1, settled: true, nextAttemptAtMs: null });
const delivered = (count: number) => published(stage, TOPICS.webhookAttempts.name, () => attemptsOf(stage).filter(({ outcome }) => outcome === 'delivered').length >= count);
const mark = () => markOf(stage.log.committed(GROUP, AT).metadata);

test('what has waited for a disabled endpoint for weeks is found again, with what came after it', async () => {
  const disabled = anEndpoint({ url: target.url, status: 'disabled', disabledReason: 'by hand' });
  await putEndpoint(stage, disabled);
  await putEndpoint(stage, anEndpoint({ id: idOf('b'), url: target.url }));
  await start();
  const before = Date.now();
  await raise(alertNo(1), alertNo(2));
  await delivered(2);
  await stage.log.settle();
  expect(mark().waitingSinceMs).toBeGreaterThanOrEqual(before);
  await stop();
  await redis.client.flushall();
  for (const index of [1, 2]) settled(index, 'b');
  // Far beyond what the schedule alone needs.
  const later = await start(() => Date.now() + 40 * DAY);
  await stage.log.settle();
  expect(later.lost).toEqual([0]);
  expect(await pendingIn(redis.client)).toBe(2);
  await putEndpoint(stage, { ...disabled, status: 'enabled', disabledReason: null, updatedAt: new Date().toISOString() });
  await delivered(4);
  expect(target.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual([deliveryOf(1), deliveryOf(2), deliveryOf(1, 'b'), deliveryOf(2, 'b')].sort());
});

test('when nothing waits, nothing of before the schedule is read again', async () => {
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await start();
  await raise(alertNo(1));
  await delivered(1);
  await stop();
  await start();
  await raise(alertNo(2, { mode: 'dry_run' }));
  await stage.log.settle();
  expect(mark().waitingSinceMs).toBeNull();
  await stop();
  await redis.client.flushall();
  const later = await start(() => Date.now() + 40 * DAY);
  await stage.log.settle();
  expect(later.lost).toEqual([2]);
});

test('lost once more in the middle of a rebuild: what was worked before the first loss is looked up still', async () => {
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await raise(alertNo(1), alertNo(2), alertNo(3), alertNo(4));
  for (const index of [1, 2, 3]) settled(index);
  // As it stands while record 0 was read again, of three that had been worked.
  stage.log.commit(GROUP, AT, 1, '{"waiting_since":null,"worked_until":3}');
  const instance = await start();
  await delivered(1);
  await stage.log.settle();
  expect(instance.lost).toContain(0);
  expect([...target.ids]).toEqual([deliveryOf(4)]);
  expect(mark().workedUntil).toBeNull();
});

test('an endpoint that was made after an alert does not get it from a rebuild', async () => {
  await raise(alertNo(1));
  stage.log.commit(GROUP, AT, 1);
  await putEndpoint(stage, anEndpoint({ url: target.url, createdAt: new Date(Date.now() + 60_000).toISOString() }));
  await start();
  await raise(alertNo(2));
  await delivered(1);
  await stage.log.settle();
  expect([...target.ids]).toEqual([deliveryOf(2)]);
});

test('an alert on an old event, as a detector that begins anew repeats it, is looked up: sent only if it never was', async () => {
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await start();
  settled(1);
  const old = { event_received_at: (Date.now() - 20 * DAY) * 1_000 };
  await raise(alertNo(1, old), alertNo(2, old));
  await delivered(1);
  await stage.log.settle();
  expect([...target.ids]).toEqual([deliveryOf(2)]);
});
