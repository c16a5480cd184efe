import { TOPICS } from '@stakewatch/contracts';
import { until } from '@stakewatch/testing';
import { createRedisEndpointHealth } from './queue/endpoint-health';
import { createEndpointStandings } from './queue/endpoint-standings';
import { healthKeyOf } from './queue/keys';
import { instances, receiver, redis, stage, start } from './testing/cast';
import { attemptsOf, endpointRecord, published, putEndpoint, raise } from './testing/dispatcher-under-test';
import type { TestReceiver } from './testing/receiver';
import { alertNo, anEndpoint, endpointIdOf as idOf } from './testing/samples';

/** What a company is told of its endpoints: warnings, and how each stands. */
const HOUR = 3_600_000;

const standingOf = async (id: string) => (await createEndpointStandings(redis, { partitionCount: async () => 2 }).of([id])).get(id);
const attempts = (count: number, id = idOf('dead')) => published(stage, TOPICS.webhookAttempts.name, () => attemptsOf(stage).filter(({ endpoint_id }) => endpoint_id === id).length >= count);
/** Types of the notices, each message once: it may come again with its webhook-id. */
const noticesAt = ({ received }: TestReceiver) => [...new Map(received.map(({ headers, body }) => [headers['webhook-id'], (JSON.parse(body) as { type: string }).type])).values()].filter((type) => type.startsWith('endpoint.'));

test('an endpoint that only fails is told of once, by two instances and over many deliveries, and then that it is disabled', async () => {
  const dead = await receiver((response) => void response.writeHead(500).end());
  const other = await receiver();
  await putEndpoint(stage, anEndpoint({ id: idOf('dead'), url: dead.url }));
  await putEndpoint(stage, anEndpoint({ id: idOf('other'), url: other.url }));
  let skippedMs = 0;
  const clock = () => Date.now() + skippedMs;
  const tuning = { schedule: Array.from({ length: 200 }, () => 10), warnAfterMs: HOUR, disableAfterMs: 24 * HOUR };
  await start(tuning, clock);
  await start(tuning, clock);
  await raise(stage, ...Array.from({ length: 6 }, (_, index) => alertNo(index)));
  await attempts(8);
  expect(noticesAt(other)).toEqual([]);
  skippedMs = HOUR;
  await published(stage, TOPICS.webhookAttempts.name, () => attemptsOf(stage).some(({ event_type, outcome }) => event_type === 'endpoint.failing' && outcome === 'delivered'));
  await attempts(attemptsOf(stage).length + 20);
  expect(noticesAt(other)).toEqual(['endpoint.failing']);
  const [notice] = other.received.map(({ body }) => JSON.parse(body) as { type: string; data: Record<string, unknown> }).filter(({ type }) => type === 'endpoint.failing');
  expect(notice?.data).toMatchObject({ company_id: 'acme', endpoint_id: idOf('dead'), url: dead.url, http_status: 500, error: 'status_500' });
  expect(Date.parse(notice?.data['disables_at'] as string) - Date.parse(notice?.data['failing_since'] as string)).toBe(24 * HOUR);
  expect(new Set(instances.flatMap(({ failing }) => failing))).toEqual(new Set([idOf('dead')]));
  skippedMs = 24 * HOUR;
  await published(stage, TOPICS.webhookEndpoints.name, () => endpointRecord(stage, idOf('dead'))?.status === 'disabled');
  await published(stage, TOPICS.webhookAttempts.name, () => attemptsOf(stage).some(({ event_type, outcome }) => event_type === 'endpoint.disabled' && outcome === 'delivered'));
  expect(noticesAt(other)).toEqual(['endpoint.failing', 'endpoint.disabled']);
  expect(endpointRecord(stage, idOf('dead'))).toMatchObject({ disabledBy: 'failures', disabledAt: expect.any(String), disabledReason: expect.stringMatching(/^every attempt failed since .*Z, the last with status_500$/) });
});

test('a company with a single endpoint is told of its disabling before all that waited, as soon as it is enabled again', async () => {
  let gone = true;
  const only = await receiver((response) => void response.writeHead(gone ? 410 : 204).end());
  const record = anEndpoint({ id: idOf('dead'), url: only.url });
  await putEndpoint(stage, record);
  await start({ schedule: [0, 10] }, () => Date.now());
  await raise(stage, alertNo(1));
  await published(stage, TOPICS.webhookEndpoints.name, () => endpointRecord(stage, record.id)?.status === 'disabled');
  await raise(stage, alertNo(2), alertNo(3));
  await stage.log.settle();
  await until(() => standingOf(record.id), (standing) => (standing?.pending ?? 0) >= 3);
  const before = only.received.length;
  gone = false;
  await putEndpoint(stage, { ...record, updatedAt: new Date().toISOString() });
  await published(stage, TOPICS.webhookAttempts.name, () => attemptsOf(stage).filter(({ outcome }) => outcome === 'delivered').length >= 3);
  const [first] = only.received.slice(before).map(({ body }) => JSON.parse(body) as { type: string; data: object });
  expect(first).toMatchObject({ type: 'endpoint.disabled', data: { endpoint_id: record.id, reason: 'the endpoint answered 410 Gone', disabled_at: expect.any(String) } });
  expect(noticesAt(only)).toEqual(['endpoint.disabled']);
});

test('what is kept of an endpoint: its failures, what waits and when the next try is; a success ends it at once', async () => {
  const id = idOf('failing');
  let healthy = false;
  const target = await receiver((response) => void response.writeHead(healthy ? 204 : 503).end());
  await putEndpoint(stage, anEndpoint({ id, url: target.url }));
  expect(await standingOf(id)).toEqual({ streak: null, pending: 0, nextDueMs: null });
  let skippedMs = 0;
  await start({ schedule: [0, HOUR, HOUR] }, () => Date.now() + skippedMs);
  await raise(stage, alertNo(1), alertNo(2), alertNo(3));
  await attempts(3, id);
  await stage.log.settle();
  await Promise.all(instances.splice(0).map((instance) => instance.close()));
  const failing = await standingOf(id);
  expect(target.received).toHaveLength(3);
  expect(failing).toMatchObject({ streak: { failures: 3, httpStatus: 503, error: 'status_503', disableAfterMs: 2 * HOUR }, pending: 3 });
  expect(failing?.nextDueMs).toBeGreaterThan(Date.now() + HOUR / 2);
  healthy = true;
  skippedMs = 2 * HOUR;
  await start({ schedule: [0, HOUR, HOUR] }, () => Date.now() + skippedMs);
  await attempts(6, id);
  await Promise.all(instances.splice(0).map((instance) => instance.close()));
  expect(await standingOf(id)).toEqual({ streak: null, pending: 0, nextDueMs: null });
});

test('a success between failures ends the streak, however short after the last one that was told', async () => {
  const answers = [200, 500, 200];
  const target = await receiver((response) => void response.writeHead(answers.shift() ?? 500).end());
  await putEndpoint(stage, anEndpoint({ id: idOf('dead'), url: target.url }));
  await start({ schedule: [0, 20, HOUR] }, () => Date.now());
  await raise(stage, alertNo(1));
  await attempts(1);
  await raise(stage, alertNo(2));
  await attempts(3);
  await Promise.all(instances.splice(0).map((instance) => instance.close()));
  expect(attemptsOf(stage).map(({ outcome }) => outcome)).toEqual(['delivered', 'failed', 'delivered']);
  expect((await standingOf(idOf('dead')))?.streak).toBeNull();
});

describe('a streak', () => {
  const failure = (atMs: number, updatedAtMs = 0) => ({ atMs, httpStatus: null, error: 'timeout', updatedAtMs });

  test('begins anew when the endpoint was changed, or after two days of silence; who was told of it is told of the next', async () => {
    const health = createRedisEndpointHealth(redis, 120 * HOUR);
    expect(await health.failed('we_x', failure(1_000))).toEqual({ failingSinceMs: 1_000, failures: 1, told: false });
    await health.told('we_x', 1_000);
    expect(await health.failed('we_x', failure(2_000))).toEqual({ failingSinceMs: 1_000, failures: 2, told: true });
    expect(await health.failed('we_x', failure(3_000, 2_500))).toEqual({ failingSinceMs: 3_000, failures: 1, told: false });
    // One that was under way since before the change belongs to the streak that is.
    expect(await health.failed('we_x', failure(3_100))).toEqual({ failingSinceMs: 3_000, failures: 2, told: false });
    expect(await health.failed('we_x', failure(3_101 + 48 * HOUR))).toEqual({ failingSinceMs: 3_101 + 48 * HOUR, failures: 1, told: false });
  });

  test('that has ended is not brought back by who tells of it', async () => {
    const health = createRedisEndpointHealth(redis, 120 * HOUR);
    await health.failed('we_x', failure(1_000));
    await health.succeeded('we_x');
    await health.told('we_x', 1_000);
    expect(await redis.exists(healthKeyOf('we_x'))).toBe(0);
  });
});
