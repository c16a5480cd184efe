import { randomUUID } from 'node:crypto';
import { eventIdentity } from '@stakewatch/contracts';
import { LogUnavailable } from '@stakewatch/runtime';
import { testStack, type TestStack } from '@stakewatch/testing';
import type Redis from 'ioredis';
import { CURL_EXAMPLE } from '../docs/examples';
import { type FixtureGateway, FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { hotRedis } from '../test-support/hot-redis';
import { type Answer, type Caller, caller } from '../test-support/requests';
import { KeptMarks } from './kept-marks';

/** Two gateways, one Redis, one log: what must be shared is shared. Each test has a company of its own. */
let stack: TestStack;
let world: FixtureWorld;
let redis: [Redis, Redis];
let gateways: [FixtureGateway, FixtureGateway];
let company: string;
let apis: [Caller, Caller];

beforeAll(async () => {
  stack = await testStack();
});
afterAll(() => stack.close());

beforeEach(async () => {
  world = new FixtureWorld();
  company = `t${randomUUID().slice(0, 8)}`;
  world.company(company, { requestsPerMinute: 10_000 });
  redis = [await hotRedis(stack.redis), await hotRedis(stack.redis)];
  gateways = [await startGateway(world, { redis: redis[0] }), await startGateway(world, { redis: redis[1] })];
  const { key } = world.key(company);
  apis = [caller(gateways[0].url, key), caller(gateways[1].url, key)];
});

afterEach(async () => {
  for (const gateway of gateways) await gateway.close();
  for (const client of redis) client.disconnect();
});

const both = (calls: number, call: (api: Caller, index: number) => Promise<Answer>): Promise<Answer[]> =>
  Promise.all(Array.from({ length: calls }, (_, index) => call(apis[index % 2] as Caller, index)));

const distinct = (answers: readonly Answer[]): number => new Set(answers.map(({ body }) => JSON.stringify(body))).size;

test('one event a hundred times at once, at two gateways: one uuid, one answer', async () => {
  const answers = await both(100, (api) => api.post('/api/v1/events', CURL_EXAMPLE));
  expect(answers.every(({ status }) => status === 202)).toBe(true);
  expect(distinct(answers)).toBe(1);
  expect(new Set(world.events().map(({ uuid }) => uuid)).size).toBe(1);
  // Each gateway may have published it once before the other's answer was kept; never once per request.
  expect(world.events().length).toBeLessThanOrEqual(2);
});

test('an event sent again gets the first answer at another gateway, whatever else it says, and is not published again', async () => {
  const first = await apis[0].post('/api/v1/events', CURL_EXAMPLE);
  const again = await apis[1].post('/api/v1/events', { ...CURL_EXAMPLE, amount: 7 });
  expect(again.body).toEqual(first.body);
  expect(world.events()).toHaveLength(1);
});

test('an event that Kafka did not take is not taken for kept when it comes again: it is published, and gets the answer reserved first', async () => {
  let broken = true;
  const memory = await world.log.producer();
  const failing = await startGateway(world, { redis: redis[0], producer: { send: (records) => (broken ? Promise.reject(new LogUnavailable('not acknowledged in time')) : memory.send(records)) } });
  const api = caller(failing.url, world.key(company).key);
  expect((await api.post('/api/v1/events', CURL_EXAMPLE)).status).toBe(503);
  expect(world.events()).toHaveLength(0);
  // At another gateway, at the same one, and at the same one again: published once by each that cannot know better.
  const elsewhere = await apis[1].post('/api/v1/events', CURL_EXAMPLE);
  expect(elsewhere.status).toBe(202);
  expect(world.events()).toHaveLength(1);
  broken = false;
  const again = await api.post('/api/v1/events', CURL_EXAMPLE);
  expect(again.body).toEqual(elsewhere.body);
  expect((await api.post('/api/v1/events', CURL_EXAMPLE)).body).toEqual(elsewhere.body);
  expect(world.events()).toHaveLength(2);
  expect(new Set(world.events().map(({ uuid, received_at }) => `${uuid} ${received_at}`)).size).toBe(1);
  await failing.close();
});

test('a gateway that died between reserving an answer and publishing: the event sent again is published, and gets that answer', async () => {
  const dead = new KeptMarks(redis[0]);
  const { by, number } = dead.reserve();
  await redis[0].set(`gw:{${company}}:answer:${eventIdentity(company).uuidOf(CURL_EXAMPLE.external_event_id)}`, JSON.stringify([1_770_000_000_000_001, 202601, 100_000, 'XOF', by, number]));
  const { status, body } = await apis[1].post('/api/v1/events', CURL_EXAMPLE);
  expect([status, body.data.received_at]).toEqual([202, '2026-02-02T02:40:00.000001Z']);
  expect(world.events()).toEqual([expect.objectContaining({ received_at: 1_770_000_000_000_001 })]);
  await dead.end();
});

test('beyond the limit nothing is reserved: the event sent again later is answered as new', async () => {
  world.company(company, { requestsPerMinute: 1 });
  await apis[0].get('/api/v1/lookups');
  expect((await apis[0].post('/api/v1/events', CURL_EXAMPLE)).status).toBe(429);
  expect(await redis[0].exists(`gw:{${company}}:answer:${eventIdentity(company).uuidOf(CURL_EXAMPLE.external_event_id)}`)).toBe(0);
  world.company(company, { requestsPerMinute: 100 });
  expect((await apis[1].post('/api/v1/events', CURL_EXAMPLE)).status).toBe(202);
  expect(world.events()).toHaveLength(1);
});

test('a limit is one limit for all gateways, to the request', async () => {
  world.company(company, { requestsPerMinute: 50 });
  const answers = await both(80, (api) => api.get('/api/v1/lookups'));
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(50);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(30);
  const left = answers.filter(({ status }) => status === 200).map(({ headers }) => Number(headers.get('x-ratelimit-remaining')));
  expect(left.sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index));
});

test('a Redis that lost its scripts gets them again: the limit goes on, and so do the answers', async () => {
  const first = await apis[0].post('/api/v1/events', CURL_EXAMPLE);
  await redis[0].script('FLUSH');
  const again = await apis[1].post('/api/v1/events', CURL_EXAMPLE);
  expect(again.body).toEqual(first.body);
  expect(again.headers.get('x-ratelimit-remaining')).toBe('9998');
  await redis[0].script('FLUSH');
  expect((await apis[0].post('/api/v1/events', { ...CURL_EXAMPLE, external_event_id: 'evt-new' })).status).toBe(202);
});

test('an Idempotency-Key gives the stored answer for its body, and 409 for another, at any gateway', async () => {
  const headers = { 'Idempotency-Key': randomUUID() };
  const batch = { events: [CURL_EXAMPLE, { ...CURL_EXAMPLE, external_event_id: 'evt-bad', amount: -1 }] };
  const first = await apis[0].post('/api/v1/events/batch', batch, headers);
  expect((await apis[1].post('/api/v1/events/batch', batch, headers)).body).toEqual(first.body);
  const other = await apis[1].post('/api/v1/events/batch', { events: [{ ...CURL_EXAMPLE, external_event_id: 'evt-other' }] }, headers);
  expect([other.status, other.body.code]).toEqual([409, 'IDEMPOTENCY_CONFLICT']);
  expect(world.events().map(({ external_event_id }) => external_event_id)).toEqual(['evt-123']);
});

test('one Idempotency-Key at once with two bodies: one of them is written, the other is not', async () => {
  const headers = { 'Idempotency-Key': 'once' };
  const answers = await both(20, (api, index) => api.post('/api/v1/events', { ...CURL_EXAMPLE, external_event_id: `evt-${index % 2}` }, headers));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([202, 409]));
  expect(distinct(answers.filter(({ status }) => status === 202))).toBe(1);
  expect(new Set(world.events().map(({ uuid }) => uuid)).size).toBe(1);
});

test('an Idempotency-Key belongs to its company', async () => {
  world.company(`${company}-2`);
  const stranger = caller(gateways[0].url, world.key(`${company}-2`).key);
  const headers = { 'Idempotency-Key': 'same' };
  await apis[0].post('/api/v1/events', CURL_EXAMPLE, headers);
  expect((await stranger.post('/api/v1/events', { ...CURL_EXAMPLE, amount: 1 }, headers)).status).toBe(202);
});

test('an invalid body does not use the key up', async () => {
  const headers = { 'Idempotency-Key': 'corrected' };
  expect((await apis[0].post('/api/v1/events', { ...CURL_EXAMPLE, amount: -1 }, headers)).status).toBe(400);
  expect((await apis[0].post('/api/v1/events', CURL_EXAMPLE, headers)).status).toBe(202);
});

test('without Redis the limit falls back to this gateway, events are taken, and keys are not promised', async () => {
  world.company(company, { requestsPerMinute: 5 });
  redis[0].disconnect();
  const answers = await Promise.all(Array.from({ length: 8 }, (_, index) => apis[0].post('/api/v1/events', { ...CURL_EXAMPLE, external_event_id: `evt-${index}` })));
  expect(answers.filter(({ status }) => status === 202)).toHaveLength(5);
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(3);
  expect((await apis[1].post('/api/v1/events', CURL_EXAMPLE, { 'Idempotency-Key': 'k' })).status).toBe(202);
});
