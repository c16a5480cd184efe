import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { CURL_EXAMPLE } from '../docs/examples';
import { type FixtureGateway, FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { Metrics } from '@stakewatch/runtime';
import { caller } from '../test-support/requests';
import { startingSurface } from './surface';

let world: FixtureWorld;
let gateway: FixtureGateway;
let api: ReturnType<typeof caller>;
let apiKey: string;

beforeAll(async () => {
  world = new FixtureWorld();
  world.company('acme', { plan: 'premium' });
  world.company('small', { requestsPerMinute: 3 });
  gateway = await startGateway(world);
  apiKey = world.key('acme').key;
  api = caller(gateway.url, apiKey);
});
afterAll(() => gateway.close());

/** Sends bytes as they are and gives back all that comes until the server closes or answers fully. */
function raw(text: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(gateway.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString();
      const length = /content-length: (\d+)/i.exec(answer);
      const start = answer.indexOf('\r\n\r\n{');
      if (length && start >= 0 && answer.length >= start + 4 + Number(length[1])) socket.end();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('errors have one format', () => {
  const format = { status: 'error', code: expect.any(String), message: expect.any(String), timestamp: expect.stringMatching(/Z$/), requestId: expect.any(String) };

  test.each([
    ['GET', '/nowhere', 404], ['GET', '/api/v1/nowhere', 404], ['GET', '/%zz', 404], ['GET', '/api/v1/events/%zz/status', 400], ['GET', '/docs/nowhere.js', 404], ['GET', '/docs/assets/package.json', 404], ['GET', '/docs/assets/..%2f..%2fpackage.json', 404],
    ['GET', '/api/v1/events', 405], ['DELETE', '/api/v1/events/batch', 405], ['POST', '/api/v1/lookups', 405], ['PUT', '/healthz', 405], ['OPTIONS', '/api/v1/events', 405],
  ])('%s %s is %d', async (method, path, status) => {
    const response = await fetch(gateway.url + path, { method, headers: { 'X-API-Key': apiKey } });
    expect(response.status).toBe(status);
    const body = (await response.json()) as { requestId: string };
    expect(body).toEqual(expect.objectContaining(format));
    expect(response.headers.get('x-request-id')).toBe(body.requestId);
    if (status === 405) expect(response.headers.get('allow')).toMatch(/GET|POST/);
    expect(response.headers.get('access-control-allow-origin')).toBeNull();
  });

  test('what node:http refuses by itself has it, too', async () => {
    for (const [bytes, status] of [
      ['NOT HTTP\r\n\r\n', 400],
      [`GET /healthz HTTP/1.1\r\nHost: x\r\nX-Big: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
      ['POST /api/v1/events HTTP/1.1\r\nHost: x\r\nExpect: the-impossible\r\nContent-Length: 2\r\n\r\n', 417],
    ] as const) {
      const answer = await raw(bytes);
      expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
      expect(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))).toEqual(format);
    }
  });
});

describe('who asks', () => {
  test.each([undefined, '', 'nonsense', `sw_live_${'a'.repeat(12)}_${'b'.repeat(32)}`])('the key %s is refused', async (key) => {
    const response = await fetch(`${gateway.url}/api/v1/lookups`, { headers: key === undefined ? {} : { 'X-API-Key': key } });
    expect(response.status).toBe(401);
    expect(response.headers.get('x-ratelimit-limit')).toBeNull();
  });

  test('a key with one letter changed is refused', async () => {
    const other = apiKey.slice(0, -1) + (apiKey.endsWith('a') ? 'b' : 'a');
    expect((await caller(gateway.url, other).get('/api/v1/lookups')).status).toBe(401);
  });

  test('a revoked key is refused from the moment its record is read, also when it was just used', async () => {
    const { key, record } = world.key('acme');
    expect((await caller(gateway.url, key).get('/api/v1/lookups')).status).toBe(200);
    world.put('control.api-keys.v1', record.id, { ...record, revokedAt: new Date().toISOString() });
    expect((await caller(gateway.url, key).get('/api/v1/lookups')).status).toBe(401);
  });

  test('a removed company takes its keys with it', async () => {
    world.company('gone');
    const { key } = world.key('gone');
    expect((await caller(gateway.url, key).get('/api/v1/lookups')).status).toBe(200);
    world.log.append({ topic: 'control.companies.v1', key: 'gone', value: null });
    expect((await caller(gateway.url, key).get('/api/v1/lookups')).status).toBe(401);
  });

  test("a sandbox key's events are in a scope of their own, with uuids of their own", async () => {
    const sandbox = caller(gateway.url, world.key('acme', 'sandbox').key);
    const body = { ...CURL_EXAMPLE, external_event_id: 'both' };
    const test = await sandbox.post('/api/v1/events', body);
    const live = await api.post('/api/v1/events', body);
    expect(test.body.data.uuid).not.toBe(live.body.data.uuid);
    expect(world.events().filter(({ external_event_id }) => external_event_id === 'both').map(({ company_id }) => company_id).sort()).toEqual(['acme', 'acme-sandbox']);
    expect(test.headers.get('x-ratelimit-limit')).toBe('300');
    expect((await api.get(`/api/v1/events/${test.body.data.uuid}/status`)).status).toBe(404);
  });
});

describe('rate limits', () => {
  test('all four headers; invalid requests count; Retry-After on refusal only', async () => {
    const small = caller(gateway.url, world.key('small').key);
    const answers = [await small.get('/api/v1/lookups'), await small.post('/api/v1/events', 'nonsense'), await small.post('/api/v1/events', CURL_EXAMPLE), await small.post('/api/v1/events', CURL_EXAMPLE)];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 202, 429]);
    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual(['2', '1', '0', '0']);
    for (const { headers } of answers) {
      expect(headers.get('x-ratelimit-limit')).toBe('3');
      expect(Math.abs(Number(headers.get('x-ratelimit-reset')) - Date.now() / 1000)).toBeLessThanOrEqual(61);
    }
    expect(answers.map(({ headers }) => headers.get('retry-after') !== null)).toEqual([false, false, false, true]);
    expect(answers[3]?.body.code).toBe('RATE_LIMITED');
  });
});

describe('bodies', () => {
  const path = '/api/v1/events/batch';
  const batch = JSON.stringify({ events: [CURL_EXAMPLE] });

  test('gzip is taken', async () => {
    expect((await api.post(path, gzipSync(batch), { 'Content-Encoding': 'gzip' })).body.data.success_count).toBe(1);
  });

  test.each([
    ['a media type that is not JSON', { 'Content-Type': 'text/plain' }, 415],
    ['a charset that is not UTF-8', { 'Content-Type': 'application/json; charset=latin1' }, 415],
    ['an encoding that is not gzip', { 'Content-Encoding': 'br' }, 415],
    ['gzip that is none', { 'Content-Encoding': 'gzip' }, 400],
  ])('%s', async (_name, headers, status) => {
    expect((await api.post(path, batch, headers)).status).toBe(status);
  });

  test('a charset of UTF-8 is taken', async () => {
    expect((await api.post(path, batch, { 'Content-Type': 'application/json; charset=UTF-8' })).status).toBe(200);
  });

  test('too large: plain, announced, chunked and inflated', async () => {
    const large = Buffer.alloc(5_300_000, 0x20);
    expect((await api.post(path, large)).status).toBe(413);
    expect(await api.post('/api/v1/events', large.subarray(0, 70_000))).toMatchObject({ status: 413, body: { errors: [{ path: 'body', message: 'must be at most 65536 bytes, also when inflated' }] } });
    expect((await api.post(path, gzipSync(large), { 'Content-Encoding': 'gzip' })).body).toMatchObject({ code: 'BODY_TOO_LARGE', errors: [{ path: 'body', message: expect.stringContaining('5242880') }] });
    const announced = await raw(`POST ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${apiKey}\r\nContent-Type: application/json\r\nContent-Length: 999999999\r\n\r\n`);
    expect(announced).toMatch(/^HTTP\/1.1 413 /);
  });

  test('a bomb costs no more memory than its limit', async () => {
    const bomb = gzipSync(Buffer.alloc(60_000_000));
    const before = process.memoryUsage().rss;
    const answers = await Promise.all(Array.from({ length: 6 }, () => api.post(path, bomb, { 'Content-Encoding': 'gzip' })));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 6 }, () => 413));
    expect(process.memoryUsage().rss - before).toBeLessThan(120_000_000);
  });

  test('deep nesting is refused quickly', async () => {
    const start = performance.now();
    const answer = await api.post(path, `{"events":${'['.repeat(2_000_000)}${']'.repeat(2_000_000)}}`);
    expect(answer.body.errors[0].message).toContain('nested deeper');
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  test('Expect: 100-continue is answered only to a body that is wanted', async () => {
    const ask = (key: string) => raw(`POST ${path} HTTP/1.1\r\nHost: x\r\nX-API-Key: ${key}\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: ${batch.length}\r\n\r\n${batch}`);
    expect(await ask(apiKey)).toMatch(/^HTTP\/1.1 100 Continue[^]*HTTP\/1.1 200 OK/);
    expect(await ask('wrong')).toMatch(/^HTTP\/1.1 401 /);
  });

  test('a caller who leaves in the middle of a body leaves nothing behind', async () => {
    const noticed = new Promise<void>((resolve) => gateway.server.once('connection', (socket) => socket.once('close', resolve)));
    await new Promise<void>((resolve) => {
      const half = request(`${gateway.url}${path}`, { method: 'POST', headers: { 'X-API-Key': apiKey, 'Content-Type': 'application/json', 'Content-Length': 1000 } });
      half.on('error', () => resolve());
      half.write('{"events":', () => half.destroy());
    });
    await noticed;
    expect((await api.post(path, batch)).status).toBe(200);
    expect(await gateway.metrics.registry.getSingleMetricAsString('stakewatch_gateway_in_flight_bytes')).toMatch(/^stakewatch_gateway_in_flight_bytes(?:\{.*\})? 0$/m);
  });
});

describe('request ids', () => {
  test('a sane one is kept, another is replaced', async () => {
    expect((await api.get('/api/v1/lookups', { 'X-Request-Id': 'order-42' })).headers.get('x-request-id')).toBe('order-42');
    const answer = await raw(`GET /api/v1/nowhere HTTP/1.1\r\nHost: x\r\nX-Request-Id: <script>\r\n\r\n`);
    expect(answer).not.toContain('<script>');
  });
});

describe('status', () => {
  test('an issued uuid that no store knows is PENDING; what is no uuid is 400; a stranger is 404', async () => {
    const { body } = await api.post('/api/v1/events', { ...CURL_EXAMPLE, external_event_id: 'pending' });
    const path = `/api/v1/events/${body.data.uuid}/status`;
    expect((await api.get(path)).body).toEqual({ uuid: body.data.uuid, status: 'PENDING', processed_at: null });
    expect((await api.get('/api/v1/events/none/status')).status).toBe(400);
    expect((await api.get('/api/v1/events/550e8400-e29b-41d4-a716-446655440000/status')).status).toBe(404);
    expect((await caller(gateway.url, world.key('small').key).get(path)).status).not.toBe(200);
  });

  test('what the stores know is told; when they are down: 503', async () => {
    let known: { status: 'PROCESSED' | 'FAILED'; processedAt: string; reason: string | null } = { status: 'PROCESSED', processedAt: '2026-01-31T12:00:05.000Z', reason: null };
    let down = false;
    const other = await startGateway(world, { status: { status: () => (down ? Promise.reject(new Error('down')) : Promise.resolve(known)) } });
    const asks = caller(other.url, apiKey);
    const { body } = await asks.post('/api/v1/events', CURL_EXAMPLE);
    const path = `/api/v1/events/${body.data.uuid}/status`;
    expect((await asks.get(path)).body).toEqual({ uuid: body.data.uuid, status: 'PROCESSED', processed_at: '2026-01-31T12:00:05.000Z' });
    known = { status: 'FAILED', processedAt: '2026-01-31T12:00:05.000Z', reason: 'unreadable' };
    expect((await asks.get(path)).body).toMatchObject({ status: 'FAILED', reason: 'unreadable' });
    down = true;
    const answer = await asks.get(path);
    expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([503, 'UNAVAILABLE', '2']);
    await other.close();
  });
});

test('the playground is served from here alone', async () => {
  const page = await fetch(`${gateway.url}/docs`);
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  expect(html.match(/https?:\/\//g)).toBeNull();
  for (const [, path] of html.matchAll(/(?:src|href)="([^"]+)"/g)) expect((await fetch(gateway.url + path)).status).toBe(200);
});

test('no key and nothing of a player reaches the log', async () => {
  await api.post('/api/v1/events', { ...CURL_EXAMPLE, player_phone: '+221770000001', event_type: 'INVALID' });
  await api.post('/api/v1/events', '{"player_phone":"+221770000001"');
  for (const secret of [apiKey, '+221770000001', 'player-456']) expect(gateway.logged()).not.toContain(secret);
});

test('until the gateway is started, health answers as it is and every other path says to come again', async () => {
  const server = createServer(startingSurface(new Metrics('gateway'), () => 'starting'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const answers = await Promise.all([fetch(`${url}/healthz`), fetch(`${url}/readyz`), fetch(`${url}/api/v1/events`, { method: 'POST', body: '{}' })]);
  const bodies = await Promise.all(answers.map((response) => response.json()));
  server.close();
  expect(answers.map(({ status }) => status)).toEqual([200, 503, 503]);
  expect(answers[2]?.headers.get('retry-after')).toBe('1');
  expect(bodies).toMatchObject([{ status: 'ok' }, { reason: 'starting' }, { status: 'error', code: 'UNAVAILABLE' }]);
});
