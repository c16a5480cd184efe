import { once } from 'node:events';
import { appendFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { Webhook } from 'standardwebhooks';
import { receiverApp } from './app';
import { openBook } from './book-file';
import type { ReceivedDelivery, Stats } from './delivery-book';
import { watchSecretsFile } from './secrets-file';

const secretNo = (index: number) => `whsec_${Buffer.from(`receiver test secret number ${index}`).toString('base64')}`;
const { path: folder } = testFolder();
const secretsFile = join(folder, 'secrets.json');
const bookFile = join(folder, 'deliveries.ndjson');
let server: Server;
let base = '';

beforeEach(async () => {
  writeFileSync(secretsFile, JSON.stringify({ acme: [secretNo(1), secretNo(2)] }));
  rmSync(bookFile, { force: true });
  await start();
});
afterEach(stop);

async function start(): Promise<void> {
  const secrets = watchSecretsFile(secretsFile, () => undefined);
  server = createServer(receiverApp({ book: openBook(bookFile, 1_000), secrets, nowMicros: () => Date.now() * 1_000 })).listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

const BODY = JSON.stringify({ type: 'alert.created', data: { alert_id: 'a1', revision: 1, player_id: 'p', event_received_at: new Date(Date.now() - 5).toISOString() } });

function signed(secrets: readonly string[], changes: { id?: string; at?: Date; body?: string } = {}): Record<string, string> {
  const { id = 'msg_1', at = new Date(), body = BODY } = changes;
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Webhook(secret).sign(id, at, body)).join(' '),
  };
}

const send = (headers: Record<string, string>, body = BODY, path = '/webhooks/acme') => fetch(base + path, { method: 'POST', headers, body, redirect: 'manual' });
const deliveries = async (query = '') => ((await (await fetch(`${base}/deliveries${query}`)).json()) as { deliveries: ReceivedDelivery[] }).deliveries;
const stats = async () => (await (await fetch(`${base}/stats`)).json()) as Stats;
const behave = (behaviour: object) => fetch(`${base}/behaviour`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(behaviour) });

test('takes what either secret signed, also with two signatures, on both paths', async () => {
  for (const [index, secrets] of [[secretNo(1)], [secretNo(2)], [secretNo(3), secretNo(2)]].entries()) {
    expect((await send(signed(secrets, { id: `msg_${index}` }), BODY, index === 0 ? '/hooks/acme' : '/webhooks/acme')).status).toBe(204);
  }
  expect(await deliveries('?company=acme&order=desc&limit=2')).toMatchObject([{ id: 'msg_2', verified: true, alert_id: 'a1', revision: 1, player_id: 'p', type: 'alert.created' }, { id: 'msg_1' }]);
  expect((await stats()).latencyMs?.p50).toBeGreaterThanOrEqual(4);
});

test.each([
  ['a tampered body', () => send(signed([secretNo(1)]), BODY.replace('a1', 'a2'))],
  ['another id', () => send({ ...signed([secretNo(1)]), 'webhook-id': 'msg_2' })],
  ['another timestamp', () => send({ ...signed([secretNo(1)]), 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) + 1) })],
  ['an old message, replayed', () => send(signed([secretNo(1)], { at: new Date(Date.now() - 301_000) }))],
  ['a message from the future', () => send(signed([secretNo(1)], { at: new Date(Date.now() + 302_000) }))],
  ['a stranger\'s secret', () => send(signed([secretNo(9)]))],
  ["another company's path", () => send(signed([secretNo(1)]), BODY, '/webhooks/globex')],
  ['no signature', () => send({ 'content-type': 'application/json' })],
])('refuses %s', async (_what, attempt) => {
  const response = await attempt();
  expect(response.status).toBe(401);
  expect(await stats()).toMatchObject({ distinct: 0, unverified: 1 });
});

test('counts what comes again, and finds it all after a restart, also after a line cut off by a crash', async () => {
  for (const id of ['msg_1', 'msg_2', 'msg_1']) await send(signed([secretNo(1)], { id }));
  await stop();
  appendFileSync(bookFile, '{"id":"half');
  await start();
  expect(await stats()).toMatchObject({ count: 3, distinct: 2, duplicates: 1 });
  await send(signed([secretNo(1)], { id: 'msg_3' }));
  await stop();
  await start();
  expect((await deliveries()).map(({ id, duplicates }) => [id, duplicates])).toEqual([['msg_1', 1], ['msg_2', 0], ['msg_3', 0]]);
  await fetch(`${base}/deliveries`, { method: 'DELETE' });
  expect(await deliveries()).toEqual([]);
});

test('knows a secret that was added while it runs', async () => {
  expect((await send(signed([secretNo(5)]), BODY, '/webhooks/new')).status).toBe(401);
  writeFileSync(secretsFile, JSON.stringify({ companies: [{ id: 'new', webhookSecret: secretNo(5) }] }));
  expect((await send(signed([secretNo(5)]), BODY, '/webhooks/new')).status).toBe(204);
});

test('behaves as told', async () => {
  const message = () => send(signed([secretNo(1)]));
  await behave({ mode: 'status', status: 503, retryAfter: '7', times: 1 });
  const failed = await message();
  expect([failed.status, failed.headers.get('retry-after')]).toEqual([503, '7']);
  expect((await message()).status).toBe(204);
  await behave({ mode: 'redirect', location: 'http://127.0.0.1/inside' });
  expect((await message()).headers.get('location')).toBe('http://127.0.0.1/inside');
  await behave({ mode: 'reset' });
  await expect(message()).rejects.toThrow();
  await behave({ mode: 'slow', delayMs: 5 });
  expect((await message()).status).toBe(204);
  await behave({ mode: 'hang' });
  await expect(fetch(`${base}/webhooks/acme`, { method: 'POST', headers: signed([secretNo(1)]), body: BODY, signal: AbortSignal.timeout(50) })).rejects.toThrow();
  await behave({ mode: 'endless' });
  const reader = (await message()).body?.getReader();
  let bytes = 0;
  while (bytes < 1_000_000) bytes += (await reader?.read())?.value?.length ?? 0;
  await reader?.cancel();
  expect((await behave({ mode: 'dance' })).status).toBe(400);
});
