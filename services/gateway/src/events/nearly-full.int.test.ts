import { startTestRedis, type TestRedis } from '@stakewatch/testing';
import type Redis from 'ioredis';
import { CURL_EXAMPLE } from '../docs/examples';
import { readMemory, shareOf } from '../limits/room';
import { type FixtureGateway, FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { hotRedis } from '../test-support/hot-redis';
import { type Answer, type Caller, caller } from '../test-support/requests';

/**
 * Two gateways and a small Redis of the test's own, which another service fills: `client` stands for the services that keep their states in it.
 * Nothing is evicted: a full Redis refuses what is written.
 */
const LIMIT = 8 * 1024 * 1024;
const BLOCK = 16 * 1024;
let redis: TestRedis;
let world: FixtureWorld;
let connections: Redis[];
let gateways: [FixtureGateway, FixtureGateway];
let apis: [Caller, Caller];
let sent: number;

beforeAll(async () => void (redis = await startTestRedis('--maxmemory', String(LIMIT), '--maxmemory-policy', 'noeviction')));
afterAll(() => redis.stop());

beforeEach(async () => {
  await redis.client.flushall();
  sent = 0;
  world = new FixtureWorld();
  world.company('acme', { requestsPerMinute: 100_000 });
  connections = [await hotRedis(redis.url), await hotRedis(redis.url)];
  gateways = [await startGateway(world, { redis: connections[0] as Redis }), await startGateway(world, { redis: connections[1] as Redis })];
  const { key } = world.key('acme');
  apis = [caller(gateways[0].url, key), caller(gateways[1].url, key)];
});

afterEach(async () => {
  for (const gateway of gateways) await gateway.close();
  for (const connection of connections) connection.disconnect();
});

const shareUsed = async (): Promise<number> => shareOf(readMemory(await redis.client.info('memory')) as { used: number; limit: number });

/** States of another service, up to a share of the limit. */
async function fillTo(share: number): Promise<void> {
  for (let block = await redis.client.dbsize(); (await shareUsed()) < share; block += 1) await redis.client.set(`state:${block}`, Buffer.alloc(BLOCK));
}

const dropStates = async (): Promise<number> => redis.client.del(await redis.client.keys('state:*'));
const answersInRedis = async (): Promise<number> => (await redis.client.keys('gw:*:answer:*')).length;

async function metric(gateway: FixtureGateway, name: string): Promise<number> {
  const found = await gateway.metrics.registry.getSingleMetric(name)?.get();
  return found?.values[0]?.value ?? 0;
}

/** Until every gateway has seen it, which each does once a second. */
async function restraintIs(level: number): Promise<void> {
  for (const gateway of gateways) while ((await metric(gateway, 'stakewatch_gateway_redis_restraint_level')) !== level) await new Promise((resolve) => setTimeout(resolve, 20));
}

const event = (id: string | number) => ({ ...CURL_EXAMPLE, external_event_id: `evt-${id}` });
const send = (api: Caller, id: string | number): Promise<Answer> => api.post('/api/v1/events', event(id));
const sendMany = (events: number): Promise<Answer[]> => Promise.all(Array.from({ length: events }, (_, index) => send(apis[index % 2] as Caller, sent++)));

test('single events fill Redis no further than to three quarters and what comes within a second; all are taken, and states can be saved', async () => {
  await fillTo(0.73);
  const statuses = new Set<number>();
  while ((await metric(gateways[0], 'stakewatch_gateway_redis_restraint_level')) === 0 || (await metric(gateways[1], 'stakewatch_gateway_redis_restraint_level')) === 0) {
    for (const { status } of await sendMany(50)) statuses.add(status);
  }
  const remembered = await answersInRedis();
  expect(remembered).toBeGreaterThan(0);
  for (let round = 0; round < 20; round += 1) for (const { status } of await sendMany(50)) statuses.add(status);
  expect([...statuses]).toEqual([202]);
  expect(await answersInRedis()).toBe(remembered);
  expect(new Set(world.events().map(({ uuid }) => uuid)).size).toBe(sent);
  expect(await shareUsed()).toBeLessThan(0.95);
  expect(await redis.client.set('state:last', Buffer.alloc(BLOCK))).toBe('OK');
});

test('nearly full: the same answer from the same gateway, earlier answers from any; what was answered meanwhile goes to Redis when it has room', async () => {
  const before = await send(apis[0], 'before');
  await fillTo(0.76);
  await restraintIs(1);
  const meanwhile = await send(apis[0], 'meanwhile');
  expect([meanwhile.status, meanwhile.body.data.external_event_id, meanwhile.body.data.amount_cents]).toEqual([202, 'evt-meanwhile', 10_000_000]);
  expect((await send(apis[0], 'meanwhile')).body).toEqual(meanwhile.body);
  expect((await send(apis[1], 'before')).body).toEqual(before.body);
  expect(world.events().map(({ external_event_id }) => external_event_id)).toEqual(['evt-before', 'evt-meanwhile']);
  // Another gateway cannot know the answer: the event is in the log again, with its one uuid.
  const elsewhere = await send(apis[1], 'elsewhere');
  const again = await send(apis[0], 'elsewhere');
  expect([again.status, again.body.data.uuid]).toEqual([202, elsewhere.body.data.uuid]);
  expect(await answersInRedis()).toBe(1);
  expect(await metric(gateways[0], 'stakewatch_gateway_answers_unshared_total')).toBe(3);

  await dropStates();
  await restraintIs(0);
  expect((await send(apis[0], 'meanwhile')).body).toEqual(meanwhile.body);
  expect((await send(apis[1], 'meanwhile')).body).toEqual(meanwhile.body);
  const after = await send(apis[0], 'after');
  expect((await send(apis[1], 'after')).body).toEqual(after.body);
  expect(world.events().map(({ external_event_id }) => external_event_id)).toEqual(['evt-before', 'evt-meanwhile', 'evt-elsewhere', 'evt-elsewhere', 'evt-after']);
  expect(await answersInRedis()).toBe(3);
});

test('nearly full: a limit is one limit for all gateways still, to the request', async () => {
  await fillTo(0.76);
  await restraintIs(1);
  world.company('acme', { requestsPerMinute: 30 });
  const answers = await sendMany(50);
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(30);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(20);
  expect(await metric(gateways[0], 'stakewatch_gateway_redis_failures_total')).toBe(0);
});

test('an Idempotency-Key is kept while answers are not; all but full, what is bound stays so and a new one is refused rather than promised', async () => {
  const keyed = (api: Caller, id: string, key: string): Promise<Answer> => api.post('/api/v1/events', event(id), { 'Idempotency-Key': key });
  await fillTo(0.76);
  await restraintIs(1);
  const first = await keyed(apis[0], 'keyed', 'one');
  expect(first.status).toBe(202);
  expect((await keyed(apis[1], 'keyed', 'one')).body).toEqual(first.body);

  await fillTo(0.91);
  await restraintIs(2);
  expect((await keyed(apis[1], 'keyed', 'one')).body).toEqual(first.body);
  expect((await keyed(apis[1], 'other', 'one')).status).toBe(409);
  const refused = await keyed(apis[0], 'refused', 'two');
  expect([refused.status, refused.body.code, refused.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '2']);
  expect((await send(apis[0], 'refused')).status).toBe(202);
  expect(world.events().map(({ external_event_id }) => external_event_id)).toEqual(['evt-keyed', 'evt-refused']);

  await dropStates();
  await restraintIs(0);
  expect((await keyed(apis[0], 'refused', 'two')).status).toBe(202);
});

test('a line when it begins, when it grows, and when it is over; the gateway is ready all the time', async () => {
  await fillTo(0.76);
  await restraintIs(1);
  await fillTo(0.91);
  await restraintIs(2);
  expect(gateways[0].gateway.ready()).toBeNull();
  await dropStates();
  await restraintIs(0);
  const lines = gateways[0].logged().split('\n').filter((line) => line.includes('redisMemoryRatio')).map((line) => JSON.parse(line) as { level: string; redisMemoryRatio: number; msg: string });
  expect(lines.map(({ msg }) => msg.split(':')[0])).toEqual(['Redis is nearly full', 'Redis is all but full', 'Redis has room again']);
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'warn', 'info']);
});
