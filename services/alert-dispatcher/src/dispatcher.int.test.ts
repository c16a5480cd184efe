import { deadLetterTopic, deliveryIdOf, noticeIdOf, TOPICS } from '@stakewatch/contracts';
import { Webhook } from 'standardwebhooks';
import { instances, receiver, redis, stage, start } from './testing/cast';
import { attemptsOf, endpointRecord, pendingIn, published, putEndpoint, raise, resend } from './testing/dispatcher-under-test';
import { alertNo, anEndpoint, endpointIdOf as idOf, TEST_SECRET } from './testing/samples';

const ATTEMPTS = TOPICS.webhookAttempts.name;

const outcomes = () => attemptsOf(stage).map(({ outcome }) => outcome);
const settled = (count: number) => published(stage, ATTEMPTS, () => attemptsOf(stage).filter(({ outcome }) => outcome === 'delivered' || outcome === 'abandoned').length >= count);
const pending = () => pendingIn(redis);

test('a live alert arrives signed, once, with its attempt in the delivery log; a dry-run one does not', async () => {
  const target = await receiver();
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await start();
  await raise(stage, alertNo(1), alertNo(2, { mode: 'dry_run' }), alertNo(3, { company_id: 'other' }));
  await settled(1);
  const [received] = target.received;
  expect(target.received).toHaveLength(1);
  expect(received?.headers['webhook-id']).toBe(deliveryIdOf(alertNo(1).alert_id, 1, idOf('a')));
  expect(new Webhook(TEST_SECRET).verify(received?.body ?? '', received?.headers as Record<string, string>)).toMatchObject({ type: 'alert.created', data: { alert_id: alertNo(1).alert_id } });
  expect(attemptsOf(stage)).toMatchObject([{ outcome: 'delivered', http_status: 204, attempt: 1, reason: 'schedule', company_id: 'acme', endpoint_id: idOf('a'), url: target.url, next_attempt_at: null }]);
});

test('both secrets sign during a rotation', async () => {
  const older = `whsec_${Buffer.from('the secret of before the rotation').toString('base64')}`;
  const target = await receiver();
  await putEndpoint(stage, anEndpoint({ url: target.url, secrets: [TEST_SECRET, older] }));
  await start();
  await raise(stage, alertNo(1));
  await settled(1);
  const { body, headers } = target.received[0] as { body: string; headers: Record<string, string> };
  for (const secret of [TEST_SECRET, older]) expect(() => new Webhook(secret).verify(body, headers)).not.toThrow();
});

test('the same alert again, also after a restart, is not sent again; a new revision is', async () => {
  const target = await receiver();
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const first = await start();
  await raise(stage, alertNo(1), alertNo(1));
  await settled(1);
  await raise(stage, alertNo(1));
  await stage.log.settle();
  await first.close();
  await start();
  await raise(stage, alertNo(1), alertNo(1, { revision: 2 }));
  await settled(2);
  await stage.log.settle();
  expect(target.received.map(({ body }) => (JSON.parse(body) as { type: string }).type)).toEqual(['alert.created', 'alert.updated']);
});

test('what fails is tried again by the schedule, with the same id and body, until it is taken', async () => {
  const target = await receiver((response) => void response.writeHead(target.received.length < 3 ? 500 : 200).end('no'));
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await start();
  await raise(stage, alertNo(1));
  await settled(1);
  expect(outcomes()).toEqual(['failed', 'failed', 'delivered']);
  expect(target.ids.size).toBe(1);
  expect(new Set(target.received.map(({ body }) => body)).size).toBe(1);
  expect(attemptsOf(stage)[0]).toMatchObject({ http_status: 500, error: 'status_500', response_excerpt: 'no' });
});

test('after the last attempt it is abandoned, and nothing is left', async () => {
  const target = await receiver((response) => void response.writeHead(500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const instance = await start({ schedule: [0, 10, 20] });
  await raise(stage, alertNo(1));
  await settled(1);
  expect(outcomes()).toEqual(['failed', 'failed', 'abandoned']);
  await instance.close();
  expect(await pending()).toBe(0);
});

test('pending retries survive a restart, without a record to wake them', async () => {
  let healthy = false;
  const target = await receiver((response) => void response.writeHead(healthy ? 200 : 500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const first = await start({ schedule: [0, 300, 300] });
  await raise(stage, alertNo(1), alertNo(2), alertNo(3));
  await published(stage, ATTEMPTS, () => outcomes().length === 3);
  await first.close();
  expect(await pending()).toBe(3);
  healthy = true;
  await start({ schedule: [0, 300, 300] });
  await settled(3);
  expect(attemptsOf(stage).slice(3).map(({ outcome, attempt }) => [outcome, attempt])).toEqual([['delivered', 2], ['delivered', 2], ['delivered', 2]]);
});

test('an endpoint that asks for quiet gets it', async () => {
  const target = await receiver((response) => void (target.received.length === 1 ? response.writeHead(429, { 'retry-after': '1' }).end() : response.writeHead(200).end()));
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await start({ schedule: [0, 10, 10] });
  await raise(stage, alertNo(1));
  await published(stage, ATTEMPTS, () => outcomes().length === 1);
  await raise(stage, alertNo(2));
  await settled(2);
  const [first, ...later] = target.received;
  for (const { atMs } of later) expect(atMs - (first?.atMs ?? 0)).toBeGreaterThanOrEqual(950);
});

test('endpoints that hang slow nobody else', async () => {
  const dead = await receiver(() => undefined);
  const living = await receiver();
  for (let index = 0; index < 12; index += 1) await putEndpoint(stage, anEndpoint({ id: idOf(`dead${index}`), url: dead.url }));
  await putEndpoint(stage, anEndpoint({ id: idOf('live'), url: living.url }));
  await start({ sockets: 64, timeoutMs: 5_000 });
  for (let wave = 0; wave < 10; wave += 1) {
    const before = living.received.length;
    const raised = Date.now();
    await raise(stage, ...Array.from({ length: 5 }, (_, index) => alertNo(wave * 10 + index)));
    await living.has(before + 5);
    for (const { atMs } of living.received.slice(before)) expect(atMs - raised).toBeLessThan(2_500);
  }
  expect(living.ids.size).toBe(50);
  const delivered = attemptsOf(stage).filter(({ outcome }) => outcome === 'delivered');
  expect(new Set(delivered.map(({ endpoint_id }) => endpoint_id))).toEqual(new Set([idOf('live')]));
});

test('410 disables at once, tells the other endpoints, and what waits goes on once it is enabled again', async () => {
  let gone = true;
  const leaving = await receiver((response) => void response.writeHead(gone ? 410 : 200).end());
  const other = await receiver();
  const record = anEndpoint({ id: idOf('gone'), url: leaving.url });
  await putEndpoint(stage, record);
  await putEndpoint(stage, anEndpoint({ id: idOf('other'), url: other.url }));
  const instance = await start();
  await raise(stage, alertNo(1));
  await published(stage, TOPICS.webhookEndpoints.name, () => endpointRecord(stage, idOf('gone'))?.status === 'disabled');
  await other.has(2);
  expect(endpointRecord(stage, idOf('gone'))).toMatchObject({ disabledReason: 'the endpoint answered 410 Gone', secrets: record.secrets, url: record.url });
  expect(other.received.map(({ body }) => JSON.parse(body) as { type: string })).toContainEqual(expect.objectContaining({ type: 'endpoint.disabled', data: expect.objectContaining({ endpoint_id: idOf('gone'), reason: 'the endpoint answered 410 Gone' }) }));
  expect(instance.disabled).toEqual([{ id: idOf('gone'), reason: 'the endpoint answered 410 Gone' }]);
  const before = leaving.received.length;
  await raise(stage, alertNo(2));
  await other.has(3);
  expect(leaving.received).toHaveLength(before);
  gone = false;
  await putEndpoint(stage, { ...record, updatedAt: new Date().toISOString() });
  await leaving.has(before + 3);
  expect(leaving.ids).toEqual(new Set([deliveryIdOf(noticeIdOf(record.id, record.updatedAt), 0, record.id), ...[1, 2].map((index) => deliveryIdOf(alertNo(index).alert_id, 1, record.id))]));
});

test('after the time allowed of nothing but failures an endpoint is disabled', async () => {
  const target = await receiver((response) => void response.writeHead(500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const began = Date.now();
  let skippedMs = 0;
  await start({ schedule: [0, 10, 10, 10, 10, 10, 10, 10, 10, 10], disableAfterMs: 86_400_000 }, () => Date.now() + skippedMs);
  await raise(stage, alertNo(1));
  await published(stage, ATTEMPTS, () => outcomes().length >= 5);
  expect(endpointRecord(stage, idOf('a'))?.status).toBe('enabled');
  skippedMs = 86_400_000;
  await published(stage, TOPICS.webhookEndpoints.name, () => endpointRecord(stage, idOf('a'))?.status === 'disabled');
  expect(endpointRecord(stage, idOf('a'))?.disabledReason).toMatch(/^every attempt failed since /);
  expect(Date.now() - began).toBeLessThan(20_000);
});

test('the deliveries of a deleted endpoint are abandoned, with a record', async () => {
  const target = await receiver((response) => void response.writeHead(500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  const instance = await start({ schedule: [0, 50, 50] });
  await raise(stage, alertNo(1));
  await target.has(1);
  await (await stage.log.producer()).send([{ topic: TOPICS.webhookEndpoints.name, key: idOf('a'), value: null }]);
  await settled(1);
  expect(attemptsOf(stage).at(-1)).toMatchObject({ outcome: 'abandoned', error: 'endpoint_deleted' });
  await instance.close();
  expect(await pending()).toBe(0);
});

describe('resend', () => {
  const command = (changes: object = {}) => ({ commandId: '3f0d9c5e-0d39-4b8a-9f2f-0a5d5f1c7d10', companyId: 'acme', alertId: alertNo(1).alert_id, revision: null, endpointId: null, requestedAt: '2026-11-21T12:00:00Z', requestedBy: 'ops', ...changes });

  test('sends an alert of history again, now, with the same webhook-id; the command twice is one resend', async () => {
    const target = await receiver();
    await putEndpoint(stage, anEndpoint({ url: target.url }));
    await start();
    await raise(stage, alertNo(1));
    await settled(1);
    stage.alerts.set(alertNo(1).alert_id, alertNo(1));
    await resend(stage, command());
    await settled(2);
    await resend(stage, command());
    await stage.log.settle();
    expect(target.ids.size).toBe(1);
    expect(attemptsOf(stage).map(({ reason }) => reason)).toEqual(['schedule', 'resend']);
  });

  test('reaches a disabled endpoint that it names, with one attempt', async () => {
    const target = await receiver((response) => void response.writeHead(500).end());
    await putEndpoint(stage, anEndpoint({ url: target.url, status: 'disabled', disabledReason: 'by hand' }));
    stage.alerts.set(alertNo(1).alert_id, alertNo(1));
    await start();
    await resend(stage, command({ endpointId: idOf('a') }));
    await settled(1);
    expect(attemptsOf(stage)).toMatchObject([{ outcome: 'abandoned', reason: 'resend', http_status: 500 }]);
  });

  test("another company's alert, an unknown one, a dry-run one and no command are dead-lettered", async () => {
    await putEndpoint(stage, anEndpoint());
    stage.alerts.set(alertNo(1).alert_id, alertNo(1));
    stage.alerts.set(alertNo(2).alert_id, alertNo(2, { mode: 'dry_run' }));
    await start({}, () => Date.now() + 60_000);
    await resend(stage, command({ companyId: 'other' }));
    await resend(stage, command({ alertId: alertNo(2).alert_id }));
    await resend(stage, { anything: true });
    await resend(stage, command({ alertId: `urn:uuid:${alertNo(1).alert_id}` }));
    await stage.log.settle();
    const reasons = stage.log.records(deadLetterTopic(TOPICS.webhookResends.name)).map(({ headers }) => headers['stakewatch-reason']);
    expect(reasons).toEqual(['the company has no such alert', 'a dry-run alert is never sent', expect.stringContaining('not a resend command'), expect.stringContaining('not a resend command')]);
  });
});

test('unreadable alerts are dead-lettered and the partition goes on', async () => {
  const target = await receiver();
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await start();
  await (await stage.log.producer()).send([{ topic: TOPICS.alerts.name, partition: 0, key: 'x', value: Buffer.from('nonsense') }]);
  await raise(stage, alertNo(1));
  await settled(1);
  await stage.log.settle();
  expect(stage.log.records(deadLetterTopic(TOPICS.alerts.name))).toHaveLength(1);
});

test('a stale owner sends nothing more', async () => {
  const target = await receiver((response) => void response.writeHead(500).end());
  await putEndpoint(stage, anEndpoint({ url: target.url }));
  await start({ schedule: [0, 100, 100_000] });
  await raise(stage, alertNo(1));
  await published(stage, ATTEMPTS, () => outcomes().length === 1);
  await start({ schedule: [0, 100, 100_000] });
  await published(stage, ATTEMPTS, () => outcomes().length >= 2);
  await Promise.all(instances.map((instance) => instance.close()));
  expect(attemptsOf(stage).map(({ attempt }) => attempt)).toEqual([1, 2]);
});
