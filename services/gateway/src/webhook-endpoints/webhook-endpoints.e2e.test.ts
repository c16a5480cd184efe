import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { apiOf, stackFile, stakewatch, until } from '@stakewatch/testing';

/** A company with a single endpoint, which goes away: what the company sees of it, and how it comes back, on a running stack. */
const stack = stackFile();
const company = `hooks-${randomUUID().slice(0, 8)}`;
let answer = 503;
const received: string[] = [];
const receiver = createServer((request, response) => {
  received.push(String(request.headers['webhook-id']));
  request.resume().on('end', () => response.writeHead(answer).end());
});

beforeAll(() => new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => receiver.close(resolve)));


function burst(player: string) {
  const start = Date.now() - 60_000;
  return { events: Array.from({ length: 12 }, (_, index) => ({ external_event_id: `${player}-${index}`, player_id: player, event_type: 'DEPOSIT', amount: 1000, currency: 'XOF', event_timestamp: new Date(start + index * 1000).toISOString() })) };
}

test('the only endpoint of a company fails, is disabled, and is enabled by the company itself: nothing is lost', async () => {
  await stakewatch('companies', 'create', company, '--name', 'Hooks', '--plan', 'premium');
  const { key } = await stakewatch('keys', 'create', '--company', company, '--name', 'e2e');
  const call = apiOf(stack, key);
  const url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hooks`;
  const { id, secret } = await stakewatch('endpoints', 'create', '-c', company, '--url', `${url}?token=none-of-yours`);
  const endpoint = async () => (await call('GET', `/webhook-endpoints/${id}`)).body;
  expect(await until(endpoint, (shown) => shown.id === id)).toMatchObject({ url, status: 'enabled', failures: 0, pending: 0, next_attempt_at: null, disabled_at: null });

  await call('POST', '/events/batch', burst(`${company}-a`));
  const failing = await until(endpoint, ({ status }) => status === 'failing');
  expect(failing).toMatchObject({ last_failure: { http_status: 503, error: 'status_503' }, disables_at: expect.any(String), next_attempt_at: expect.any(String) });
  expect(failing.pending).toBeGreaterThan(0);

  answer = 410;
  await call('POST', '/events/batch', burst(`${company}-b`));
  const disabled = await until(endpoint, ({ status }) => status === 'disabled');
  expect(disabled).toMatchObject({ disabled_by: 'failures', disabled_reason: 'the endpoint answered 410 Gone', next_attempt_at: null, last_failure: { http_status: 410 } });
  expect((await call('GET', '/webhook-endpoints?status=disabled')).body.items.map((item: { id: string }) => item.id)).toEqual([id]);
  expect(JSON.stringify((await call('GET', '/webhook-endpoints')).body)).not.toContain(secret);
  const other = stack.companies[0] as (typeof stack.companies)[number];
  expect((await apiOf(stack, other.apiKey)('POST', `/webhook-endpoints/${id}/enable`)).status).toBe(404);

  // Before it is enabled: the first that it then gets is the notice of its disabling, which comes once.
  const failed = new Set(received);
  answer = 204;
  expect(await call('POST', `/webhook-endpoints/${id}/enable`)).toMatchObject({ status: 200, body: { status: 'enabled', disabled_at: null } });
  await until(async () => received.length, () => received.slice(-failed.size).length >= failed.size && [...failed].every((message) => received.filter((each) => each === message).length > 1));
  expect(await until(endpoint, ({ pending }) => pending === 0)).toMatchObject({ status: 'enabled', failures: 0, last_failure: null });

  await stakewatch('endpoints', 'disable', id, '--reason', 'asked for by mail');
  expect(await until(endpoint, ({ status }) => status === 'disabled')).toMatchObject({ disabled_by: 'hand', disabled_reason: 'asked for by mail' });
  expect(await call('POST', `/webhook-endpoints/${id}/enable`)).toMatchObject({ status: 409, body: { code: 'ENDPOINT_HELD' } });
}, 60_000);
