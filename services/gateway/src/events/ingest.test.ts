import { LogUnavailable } from '@stakewatch/runtime';
import { BATCH_EXAMPLE, CURL_EXAMPLE, GROUPED_EXAMPLE } from '../docs/examples';
import { type FixtureGateway, FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { caller } from '../test-support/requests';

let world: FixtureWorld;
let gateway: FixtureGateway;
let api: ReturnType<typeof caller>;

beforeEach(async () => {
  world = new FixtureWorld();
  world.company('acme');
  gateway = await startGateway(world);
  api = caller(gateway.url, world.key('acme').key);
});
afterEach(() => gateway.close());

describe('POST /api/v1/events', () => {
  test("the document's curl example gets the document's answer", async () => {
    const { status, body, headers } = await api.post('/api/v1/events', CURL_EXAMPLE);
    expect(status).toBe(202);
    expect(body).toEqual({
      success: true,
      data: {
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        event_month: 202601,
        external_event_id: 'evt-123',
        amount_cents: 10_000_000,
        amount: 100_000,
        currency: 'XOF',
        received_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
      },
    });
    expect(Object.keys(body.data)).toEqual(['uuid', 'event_month', 'external_event_id', 'amount_cents', 'amount', 'currency', 'received_at']);
    expect(headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('an accepted event is in the log, whole, under its company and player', async () => {
    const { body } = await api.post('/api/v1/events', GROUPED_EXAMPLE);
    expect(world.events()).toEqual([
      expect.objectContaining({ key: 'acme|pl_12345abc', uuid: body.data.uuid, company_id: 'acme', event_type: 'BET_PLACED', event_timestamp: Date.UTC(2026, 1, 3, 14, 32, 45) * 1000, game_odds: 2.5, late: true }),
    ]);
  });

  test.each(['évènement-7', '事件', 'a"b', 'plain'])('an id is given back as it was sent: %j', async (id) => {
    const first = await api.post('/api/v1/events', { ...CURL_EXAMPLE, external_event_id: id });
    expect(first.status).toBe(202);
    expect(first.body.data.external_event_id).toBe(id);
    expect(world.events().map(({ external_event_id }) => external_event_id)).toEqual([id]);
  });

  test('the month is that of the event in UTC', async () => {
    const { body } = await api.post('/api/v1/events', { ...CURL_EXAMPLE, event_timestamp: '2026-02-01T00:30:00+02:00' });
    expect(body.data.event_month).toBe(202601);
  });

  test('the largest amount keeps exact cents', async () => {
    const { body } = await api.post('/api/v1/events', JSON.stringify({ ...CURL_EXAMPLE, amount: 90_071_992_547_409 }));
    expect(body.data.amount_cents).toBe(9_007_199_254_740_900);
  });

  test('an amount that a double would round is refused, not rounded', async () => {
    const { status, body } = await api.post('/api/v1/events', JSON.stringify(CURL_EXAMPLE).replace('100000', '5000.0000000000001'));
    expect(status).toBe(400);
    expect(body.errors).toEqual([{ path: 'amount', message: expect.stringContaining('5000.0000000000001') }]);
    expect(world.events()).toEqual([]);
  });

  test('a refusal names field and value, in the language asked for', async () => {
    const wrong = { ...GROUPED_EXAMPLE, event: { ...GROUPED_EXAMPLE.event, type: 'INVALID', amount: -1 } };
    const { status, body } = await api.post('/api/v1/events', wrong, { 'Accept-Language': 'fr-SN, en;q=0.5' });
    expect(status).toBe(400);
    expect(body).toMatchObject({ status: 'error', code: 'INVALID_BODY', message: "Le corps n'est pas valide ; voir errors." });
    expect(body.errors).toEqual(expect.arrayContaining([{ path: 'event.type', message: 'event_type invalide: INVALID' }, { path: 'event.amount', message: expect.stringMatching(/doit être un entier.*reçu -1/) }]));
  });

  test('the same event a hundred times at once is one event and one answer', async () => {
    const answers = await Promise.all(Array.from({ length: 100 }, () => api.post('/api/v1/events', CURL_EXAMPLE)));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(new Set(world.events().map(({ uuid }) => uuid)).size).toBe(1);
  });

  test('a configured operator is known at once, an unknown one is refused', async () => {
    const wave = { ...CURL_EXAMPLE, operator: 'WAVE_GM' };
    expect((await api.post('/api/v1/events', wave)).body.errors[0]).toEqual({ path: 'operator', message: expect.stringContaining('"WAVE_GM"') });
    world.operator({ id: 17, code: 'WAVE_GM', name: 'Wave Gambia', country: 'GMB' });
    expect((await api.post('/api/v1/events', wave)).status).toBe(202);
    expect((await api.get('/api/v1/lookups')).body.operators).toContainEqual({ id: 17, code: 'WAVE_GM', name: 'Wave Gambia', country: 'GMB' });
  });
});

describe('POST /api/v1/events/batch', () => {
  test("the document's batch with one wrong event gets the document's answer", async () => {
    const wrong = { ...BATCH_EXAMPLE.events[0], event_id: 'evt_003', event: { ...BATCH_EXAMPLE.events[0]?.event, type: 'INVALID' } };
    const { status, body } = await api.post('/api/v1/events/batch', { events: [...BATCH_EXAMPLE.events, wrong] });
    expect(status).toBe(200);
    expect(body).toEqual({
      success: true,
      data: {
        success_count: 2,
        failed_count: 1,
        events: [
          { uuid: expect.any(String), external_event_id: 'evt_001' },
          { uuid: expect.any(String), external_event_id: 'evt_002' },
          { uuid: null, external_event_id: 'evt_003', error: 'event_type invalide: INVALID' },
        ],
      },
    });
    expect(world.events().map(({ external_event_id }) => external_event_id).sort()).toEqual(['evt_001', 'evt_002']);
  });

  test('one event gets one uuid, by batch, alone, and twice in a batch', async () => {
    const [first] = BATCH_EXAMPLE.events;
    const batch = await api.post('/api/v1/events/batch', { events: [first, first] });
    const alone = await api.post('/api/v1/events', first);
    const [one, two] = batch.body.data.events as { uuid: string }[];
    expect(one?.uuid).toBe(two?.uuid);
    expect(alone.body.data.uuid).toBe(one?.uuid);
    expect(world.events()).toHaveLength(2);
  });

  test('results stand in the order sent, for whatever was sent', async () => {
    const events = [5, null, 'x', [], {}, { event_id: 7 }, BATCH_EXAMPLE.events[0]];
    const { body } = await api.post('/api/v1/events/batch', { events });
    expect(body.data).toMatchObject({ success_count: 1, failed_count: 6 });
    expect(body.data.events.map(({ uuid }: { uuid: string | null }) => uuid === null)).toEqual([true, true, true, true, true, true, false]);
    for (const { uuid, error } of body.data.events) if (uuid === null) expect(error).not.toBe('');
  });

  test.each([
    ['[]', 'INVALID_BODY'], ['5', 'INVALID_BODY'], ['null', 'INVALID_BODY'], ['{}', 'INVALID_BODY'], ['{"events":{}}', 'INVALID_BODY'], ['{"events":[],"x":1}', 'INVALID_BODY'],
    ['{"events":[]}', 'EMPTY_BATCH'], [JSON.stringify({ events: Array.from({ length: 1001 }, () => 0) }), 'BATCH_TOO_LARGE'], ['{"events":[', 'INVALID_JSON'], ['', 'INVALID_JSON'],
  ])('the whole body is refused: case %#', async (body, code) => {
    const answer = await api.post('/api/v1/events/batch', body);
    expect(answer.status).toBe(400);
    expect(answer.body.code).toBe(code);
  });

  test('a thousand events are one request', async () => {
    const events = Array.from({ length: 1000 }, (_, index) => ({ ...CURL_EXAMPLE, external_event_id: `evt-${index}` }));
    const { body, headers } = await api.post('/api/v1/events/batch', { events });
    expect(body.data.success_count).toBe(1000);
    expect(headers.get('x-ratelimit-remaining')).toBe('999');
    expect(world.events()).toHaveLength(1000);
  });
});

describe('without the log', () => {
  test('nothing is accepted: 503 NOT_ACCEPTED with Retry-After', async () => {
    const broken = await startGateway(world, { producer: { send: () => Promise.reject(new LogUnavailable('not acknowledged in time')), probe: () => Promise.reject(new Error('down')) } });
    const through = caller(broken.url, world.key('acme').key);
    for (const [path, body] of [['/api/v1/events', CURL_EXAMPLE], ['/api/v1/events/batch', BATCH_EXAMPLE]] as const) {
      const answer = await through.post(path, body);
      expect(answer.status).toBe(503);
      expect(answer.body.code).toBe('NOT_ACCEPTED');
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect((await through.get('/readyz')).status).toBe(503);
    expect((await through.get('/healthz')).status).toBe(200);
    await broken.close();
  });

  test('an error that nobody foresaw is a 500 that tells nothing of its inside', async () => {
    const broken = await startGateway(world, { producer: { send: () => Promise.reject(new TypeError('inner detail')) } });
    const answer = await caller(broken.url, world.key('acme').key).post('/api/v1/events', CURL_EXAMPLE);
    expect(answer.status).toBe(500);
    expect(JSON.stringify(answer.body)).not.toContain('inner detail');
    expect(broken.logged()).toContain('inner detail');
    await broken.close();
  });
});

test('an Idempotency-Key that cannot be kept is not promised', async () => {
  const answer = await api.post('/api/v1/events', CURL_EXAMPLE, { 'Idempotency-Key': 'k' });
  expect(answer.status).toBe(503);
  expect(world.events()).toEqual([]);
});

test('a drain lets what is inside finish', async () => {
  let release: () => void = () => undefined;
  const sent = new Promise<void>((resolve) => (release = resolve));
  let entered: () => void = () => undefined;
  const inside = new Promise<void>((resolve) => (entered = resolve));
  const slow = await startGateway(world, { producer: { send: () => (entered(), sent) } });
  const answer = caller(slow.url, world.key('acme').key).post('/api/v1/events', CURL_EXAMPLE);
  await inside;
  const drained = slow.gateway.drain();
  expect(slow.gateway.ready()).toBe('draining');
  release();
  expect((await answer).status).toBe(202);
  await drained;
  await slow.close();
});
