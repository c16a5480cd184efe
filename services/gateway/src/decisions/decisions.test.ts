import type { StoredDecision, StoredLabel } from '@stakewatch/clickhouse';
import { bonusChangeIdOf, bonusDecisionIdOf, CONSUMER_GROUPS, TOPICS, transactionDecisionIdOf } from '@stakewatch/contracts';
import fc from 'fast-check';
import { FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { decisionUuid } from './decision-id';
import { createHistoryLevel } from './history-level';
import { decisionRoutes } from './routes';

const NOW = 1_790_000_000_123_456;
const ALERT = '7d444840-9dc0-51d1-b245-5ffdce74fad2';
const LATE_EVENT = '7d444840-9dc0-51d1-b245-5ffdce74fad3';
const TRANSACTION = transactionDecisionIdOf('acme', '18772');
const CHANGE = bonusChangeIdOf('acme', 'txn-1');
const BONUS = bonusDecisionIdOf('acme', CHANGE);

const decision = (id: string, type: StoredDecision['type']): StoredDecision => ({ id, type, service: 's', kind: 'k', subject_id: 'x', player_id: null, outcome: '450', score: 30, decided_at: '2026-03-01T10:00:00.000000Z', facts: { a: 1 }, rule_versions: { r: 1 }, answer: null });

/** The history in memory: what the log holds is there once it was written. */
class History {
  readonly decisions = new Map<string, StoredDecision>();
  readonly labels = new Map<string, StoredLabel[]>();
  failing = false;

  put(company: string, ...found: StoredDecision[]): void {
    for (const one of found) this.decisions.set(`${company}|${one.id}`, one);
  }

  readonly reader = {
    find: async (company: string, id: string) => this.guarded(this.decisions.get(`${company}|${id}`) ?? null),
    labels: async (company: string, id: string) => this.guarded(this.labels.get(`${company}|${id}`) ?? []),
    types: async (company: string, ids: readonly string[]) => this.guarded(new Map(ids.flatMap((id) => { const type = this.decisions.get(`${company}|${id}`)?.type; return type === undefined ? [] : [[id, type] as const]; }))),
    standingLabels: async (company: string, ids: readonly string[]) => this.guarded(new Map(ids.flatMap((id) => { const label = this.labels.get(`${company}|${id}`)?.at(-1); return label === undefined ? [] : [[id, label] as const]; }))),
    page: async (company: string) => this.guarded({ items: [...this.decisions].filter(([key]) => key.startsWith(`${company}|`)).map(([, { facts: _facts, rule_versions: _versions, answer: _answer, ...rest }]) => ({ ...rest, label: null })), next: { micros: '1772359200000000', id: ALERT } }),
  };

  private guarded<T>(value: T): T {
    if (this.failing) throw new Error('ClickHouse is away');
    return value;
  }
}

const world = new FixtureWorld();
const history = new History();
let gateway: Awaited<ReturnType<typeof startGateway>>;
let keys: { acme: string; globex: string; sandbox: string };
let keyId: string;
let clock = NOW;

beforeAll(async () => {
  world.company('acme', { requestsPerMinute: 1_000_000 });
  world.company('globex');
  const acme = world.key('acme');
  keyId = acme.record.id;
  keys = { acme: acme.key, globex: world.key('globex').key, sandbox: world.key('acme', 'sandbox').key };
  await world.codec.register('label');
  gateway = await startGateway(world, {
    routes: decisionRoutes({ reader: history.reader, level: createHistoryLevel(await world.log.admin()), producer: await world.log.producer(), codec: world.codec, waits: { decisionMs: 400, labelMs: 300 }, nowMicros: () => (clock += 1) }),
  });
});
beforeEach(() => {
  history.failing = false;
  history.decisions.clear();
  history.labels.clear();
  history.put('acme', decision(ALERT, 'alert'), decision(TRANSACTION, 'transaction'), decision(BONUS, 'bonus_change'), decision(LATE_EVENT, 'other'));
  written();
});
afterAll(() => gateway.close());

async function call(method: string, path: string, body?: unknown, key = keys.acme) {
  const response = await fetch(`${gateway.url}/api/v1/decisions${path}`, { method, headers: { 'X-API-Key': key, 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  return { status: response.status, headers: response.headers, body: (await response.json()) as any };
}

const kept = () => world.log.records(TOPICS.labels.name).map(({ key, value }) => ({ key: key?.toString(), ...world.codec.decode('label', value as Buffer) }));

/** The history writer has stored all there is: its rows, and its offsets. */
function written(): void {
  for (const { company_id, subject_id, label, note, labelled_by, labelled_at } of kept()) {
    const at = `${new Date(labelled_at / 1000).toISOString().slice(0, -1)}${String(labelled_at % 1000).padStart(3, '0')}Z`;
    const known = history.labels.get(`${company_id}|${subject_id}`) ?? [];
    if (!known.some(({ labelled_at: time }) => time === at)) history.labels.set(`${company_id}|${subject_id}`, [...known, { label, note, by: labelled_by, labelled_at: at }]);
  }
  for (const topic of [TOPICS.labels.name, TOPICS.decisions.name, TOPICS.alerts.name]) {
    for (const { partition, offset } of world.log.records(topic)) world.log.commit(CONSUMER_GROUPS.historyRecords.name, { topic, partition }, offset + 1);
  }
}

test('a label is kept in the log before it is answered; the same again gets the same answer and is not kept twice', async () => {
  const before = kept().length;
  const first = await call('POST', `/${TRANSACTION}/label`, { label: 'fraud', note: 'charge\nback', by: 'ana' });
  expect(first).toMatchObject({ status: 200, body: { id: TRANSACTION, type: 'transaction', label: 'fraud', note: 'charge\nback', by: 'ana' } });
  expect(kept().slice(before)).toMatchObject([{ key: 'acme', company_id: 'acme', subject_type: 'transaction', subject_id: TRANSACTION, label: 'fraud', note: 'charge\nback', labelled_by: 'ana' }]);
  written();
  expect((await call('POST', `/${TRANSACTION}/label`, { label: 'fraud', note: 'charge\nback', by: 'ana' })).body).toEqual(first.body);
  expect(kept()).toHaveLength(before + 1);
});

test('the same label before the history has the first waits for it, and is not kept twice', async () => {
  const before = kept().length;
  const first = await call('POST', `/${ALERT}/label`, { label: 'genuine' });
  const again = call('POST', `/${ALERT}/label`, { label: 'genuine' });
  setTimeout(written, 100);
  expect((await again).body).toEqual(first.body);
  expect(first.body).toMatchObject({ type: 'alert', by: `key:${keyId}`, note: null });
  expect(kept()).toHaveLength(before + 1);
});

test('an analyst may change their mind, and back: every label is kept', async () => {
  const before = kept().length;
  for (const label of ['fraud', 'genuine', 'fraud']) {
    expect(await call('POST', `/${ALERT}/label`, { label })).toMatchObject({ status: 200, body: { label } });
    written();
  }
  expect(kept().slice(before).map(({ label }) => label)).toEqual(['fraud', 'genuine', 'fraud']);
  expect(new Set(kept().map(({ label_id }) => label_id)).size).toBe(kept().length);
  expect(await call('GET', `/${ALERT}`)).toMatchObject({ status: 200, body: { id: ALERT, label: { label: 'fraud' }, facts: { a: 1 } } });
});

test('while the history writer is away a label is kept all the same', async () => {
  await call('POST', `/${BONUS}/label`, { label: 'unsure' });
  const before = kept().length;
  expect(await call('POST', `/${BONUS}/label`, { label: 'fraud' })).toMatchObject({ status: 200, body: { label: 'fraud' } });
  expect(kept()).toHaveLength(before + 1);
});

test.each([
  ['transaction:18772', TRANSACTION],
  [CHANGE, BONUS],
  ['bonus:txn-1', BONUS],
  [TRANSACTION.toUpperCase(), TRANSACTION],
])('%s names the decision', async (id, uuid) => expect(await call('GET', `/${encodeURIComponent(id)}`)).toMatchObject({ status: 200, body: { id: uuid } }));

test('a decision just made, not yet in the history, is not 404: it is waited for', async () => {
  const id = transactionDecisionIdOf('acme', 'fresh');
  world.log.append({ topic: TOPICS.decisions.name, key: 'k', value: Buffer.from('a decision') });
  const answer = call('POST', '/transaction:fresh/label', { label: 'fraud' });
  setTimeout(() => {
    history.put('acme', decision(id, 'transaction'));
    written();
  }, 150);
  expect(await answer).toMatchObject({ status: 200, body: { id } });
});

test('as long as the history is behind, an unknown id is 503, not 404', async () => {
  world.log.append({ topic: TOPICS.alerts.name, key: 'k', value: Buffer.from('an alert') });
  const answer = await call('GET', `/${ALERT.replace('7d', '8d')}`);
  expect(answer).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
  expect(answer.headers.get('retry-after')).toBe('2');
});

test("another company's decision is 404 like one that never was, also its sandbox's; nothing is kept", async () => {
  const before = kept().length;
  for (const key of [keys.globex, keys.sandbox]) {
    for (const id of [ALERT, TRANSACTION, 'transaction:18772', CHANGE]) {
      expect(await call('GET', `/${id}`, undefined, key)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
      expect(await call('POST', `/${id}/label`, { label: 'fraud' }, key)).toMatchObject({ status: 404 });
    }
  }
  expect(kept()).toHaveLength(before);
});

test('what decides on nobody can be read and not labelled', async () => {
  expect(await call('GET', `/${LATE_EVENT}`)).toMatchObject({ status: 200 });
  expect(await call('POST', `/${LATE_EVENT}/label`, { label: 'fraud' })).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETER', errors: [{ path: 'id' }] } });
});

test.each<[unknown, string]>([
  [{}, 'label'],
  [{ label: 'FRAUD' }, 'label'],
  [{ label: ['fraud'] }, 'label'],
  [{ label: 'fraud', note: 5 }, 'note'],
  [{ label: 'fraud', note: 'x'.repeat(2001) }, 'note'],
  [{ label: 'fraud', note: '\u0000' }, 'note'],
  [{ label: 'fraud', by: '' }, 'by'],
  [{ label: 'fraud', by: 'a\nb' }, 'by'],
  [{ label: 'fraud', by: '\ud800' }, 'by'],
  [{ label: 'fraud', company_id: 'globex' }, 'company_id'],
  [[], 'body'],
  ['null', 'body'],
])('body %# is refused where it is wrong', async (body, path) => {
  const before = kept().length;
  expect(await call('POST', `/${ALERT}/label`, body)).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', errors: expect.arrayContaining([{ path, message: expect.any(String) }]) } });
  expect(kept()).toHaveLength(before);
});

const batch = (labels: unknown, key?: string) => call('POST', '/labels', { labels }, key);

test('a batch: each label is kept, found unchanged, or fails by itself at its index; sent again it keeps nothing', async () => {
  const before = kept().length;
  const sent = [
    { id: TRANSACTION, label: 'fraud', note: 'chargeback', by: 'ana' },
    { id: 'bonus:txn-1', label: 'genuine' },
    { id: ALERT, label: 'maybe', score: 5 },
    'fraud',
    { label: 'fraud' },
    { id: 'transaction:never-sent', label: 'fraud' },
    { id: LATE_EVENT, label: 'fraud' },
    { id: "' OR 1=1 --", label: 'fraud' },
    { id: 'x'.repeat(207), label: 'fraud', note: 7 },
  ];
  const first = await batch(sent);
  expect(first).toMatchObject({ status: 200, body: { labelled: 2, unchanged: 0, failed: 7 } });
  expect(first.body.results).toMatchObject([
    { index: 0, status: 'labelled', id: TRANSACTION, type: 'transaction', label: 'fraud', note: 'chargeback', by: 'ana' },
    { index: 1, status: 'labelled', id: BONUS, type: 'bonus_change', by: `key:${keyId}` },
    { index: 2, status: 'failed', id: ALERT, code: 'INVALID_BODY', errors: [{ path: 'score' }, { path: 'label' }] },
    { index: 3, status: 'failed', id: null, code: 'INVALID_BODY', errors: [{ path: 'body' }] },
    { index: 4, status: 'failed', id: null, code: 'INVALID_BODY', errors: [{ path: 'id', message: expect.stringContaining('is required') }] },
    { index: 5, status: 'failed', id: 'transaction:never-sent', code: 'NOT_FOUND', errors: [{ path: 'id' }] },
    { index: 6, status: 'failed', id: LATE_EVENT, code: 'INVALID_PARAMETER', errors: [{ path: 'id' }] },
    { index: 7, status: 'failed', code: 'NOT_FOUND' },
    { index: 8, status: 'failed', id: null, code: 'INVALID_BODY', errors: [{ path: 'id' }, { path: 'note' }] },
  ]);
  expect(kept().slice(before)).toMatchObject([{ key: 'acme', subject_id: TRANSACTION, label: 'fraud' }, { key: 'acme', subject_id: BONUS, label: 'genuine' }]);
  written();
  const again = await batch(sent);
  expect(again.body).toMatchObject({ labelled: 0, unchanged: 2, failed: 7 });
  expect(again.body.results[0]).toEqual({ ...first.body.results[0], status: 'unchanged' });
  expect(kept()).toHaveLength(before + 2);
});

test('what a batch says last of a decision stands, by whatever id; the same twice is kept once; said over again it keeps nothing', async () => {
  const before = kept().length;
  const sent = [{ id: TRANSACTION, label: 'fraud' }, { id: 'transaction:18772', label: 'fraud' }, { id: TRANSACTION.toUpperCase(), label: 'genuine' }];
  expect((await batch(sent)).body.results).toMatchObject([{ status: 'labelled' }, { status: 'unchanged', label: 'fraud' }, { status: 'labelled', label: 'genuine' }]);
  const [first, second] = kept().slice(before);
  expect([first?.label, second?.label]).toEqual(['fraud', 'genuine']);
  expect(second?.labelled_at).toBeGreaterThan(first?.labelled_at as number);
  written();
  expect((await batch(sent)).body).toMatchObject({ labelled: 0, unchanged: 3, results: [{ label: 'genuine' }, { label: 'genuine' }, { label: 'genuine' }] });
  expect(kept()).toHaveLength(before + 2);
});

test('a batch names no decision of another company or of its sandbox', async () => {
  const before = kept().length;
  for (const key of [keys.globex, keys.sandbox]) {
    const answer = await batch([ALERT, TRANSACTION, 'transaction:18772', CHANGE, 'bonus:txn-1'].map((id) => ({ id, label: 'fraud' })), key);
    expect(answer.body).toMatchObject({ labelled: 0, failed: 5 });
    expect(answer.body.results.every(({ code }: { code: string }) => code === 'NOT_FOUND')).toBe(true);
  }
  expect(kept()).toHaveLength(before);
});

test('while the history is behind, an item that nobody knows yet is to be sent again; the others are kept', async () => {
  world.log.append({ topic: TOPICS.alerts.name, key: 'k', value: Buffer.from('an alert') });
  const before = kept().length;
  const answer = await batch([{ id: ALERT, label: 'unsure', by: 'bo' }, { id: ALERT.replace('7d', '8d'), label: 'fraud' }]);
  expect(answer).toMatchObject({ status: 200, body: { labelled: 1, failed: 1, results: [{ status: 'labelled' }, { status: 'failed', code: 'UNAVAILABLE' }] } });
  expect(kept()).toHaveLength(before + 1);
});

test.each<[unknown, string]>([
  [{}, 'labels'],
  [{ labels: [] }, 'labels'],
  [{ labels: { 0: { id: ALERT, label: 'fraud' } } }, 'labels'],
  [{ labels: Array.from({ length: 1001 }, () => ({ id: ALERT, label: 'fraud' })) }, 'labels'],
  [{ labels: [{ id: ALERT, label: 'fraud' }], company_id: 'globex' }, 'company_id'],
  [[{ id: ALERT, label: 'fraud' }], 'body'],
  ['null', 'body'],
])('a batch that is none is refused whole: %#', async (body, path) => {
  const before = kept().length;
  expect(await call('POST', '/labels', body)).toMatchObject({ status: 400, body: { code: 'INVALID_BODY', errors: [{ path }] } });
  expect(kept()).toHaveLength(before);
});

test('a thousand labels are one request; a body too large and another method are told', async () => {
  const before = kept().length;
  const ids = Array.from({ length: 1000 }, (_, index) => `bulk-${index}`);
  history.put('acme', ...ids.map((id) => decision(transactionDecisionIdOf('acme', id), 'transaction')));
  expect(await batch(ids.map((id) => ({ id: `transaction:${id}`, label: 'genuine' })))).toMatchObject({ status: 200, body: { labelled: 1000, unchanged: 0, failed: 0 } });
  expect(new Set(kept().slice(before).map(({ label_id }) => label_id)).size).toBe(1000);
  expect(await batch([{ id: ALERT, label: 'fraud', note: 'x'.repeat(6_000_000) }])).toMatchObject({ status: 413 });
  expect((await call('PUT', '/labels', { labels: [] })).headers.get('allow')).toBe('POST');
});

test('hostile ids find nothing and break nothing', async () => {
  for (const id of ["' OR 1=1 --", '..', 'transaction:', 'bonus:', `transaction:${'x'.repeat(101)}`, '\u0000', '%', 'ÿ'.repeat(30), '{id}']) expect([id, (await call('GET', `/${encodeURIComponent(id)}`)).status]).toEqual([id, 404]);
});

test('pages are asked for within bounds', async () => {
  expect(await call('GET', '?service=transaction-monitor&outcome=450&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00%2B01:00&label=none&limit=2')).toMatchObject({ status: 200, body: { next: `1772359200000000_${ALERT}` } });
  expect(await call('GET', `?after=1772359200000000_${ALERT}`)).toMatchObject({ status: 200 });
  expect((await call('GET', '', undefined, keys.globex)).body.items).toEqual([]);
  for (const [query, path] of [['limit=0', 'limit'], ['limit=101', 'limit'], ['limit=x', 'limit'], ['service=nobody', 'service'], ['from=yesterday', 'from'], ['from=2026-99-01T00:00:00Z', 'from'], ['from=2026-02-30T00:00:00Z', 'from'], ['to=2026-03-01T24:00:00Z', 'to'], ['to=2100-01-01T00:00:00Z', 'to'], [`after=99999999999999999_${ALERT}`, 'after'], ['to=2026-03-01', 'to'], ['after=x', 'after'], ['label=bad', 'label'], ['outcome=', 'outcome'], ['company=globex', 'company']]) {
    expect([query, await call('GET', `?${query}`)]).toMatchObject([query, { status: 400, body: { errors: [{ path }] } }]);
  }
});

test('a history that does not answer is 503', async () => {
  history.failing = true;
  for (const [method, path, body] of [['GET', `/${ALERT}`], ['GET', ''], ['POST', `/${ALERT}/label`, { label: 'fraud' }], ['POST', '/labels', { labels: [{ id: ALERT, label: 'fraud' }] }]] as const) expect(await call(method, path, body)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
});

test('no id of one company names a decision of another', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 100 }), (id) => {
    const [ours, theirs] = ['acme', 'globex'].map((scope) => decisionUuid(scope, `transaction:${id}`));
    return ours !== null && ours !== theirs;
  }));
});

test('ids as long as their routes take them name their decisions', () => {
  const [long, wide] = ['x'.repeat(200), '😀'.repeat(100)];
  expect(decisionUuid('acme', `bonus:${long}`)).toBe(bonusDecisionIdOf('acme', bonusChangeIdOf('acme', long)));
  expect(decisionUuid('acme', `bonus:${long}x`)).toBeNull();
  expect(decisionUuid('acme', `transaction:${wide}`)).toBe(transactionDecisionIdOf('acme', wide));
  expect(decisionUuid('acme', `transaction:${wide}x`)).toBeNull();
});

test('a batch takes the longest txnId', async () => {
  const txnId = 'x'.repeat(200);
  history.put('acme', decision(bonusDecisionIdOf('acme', bonusChangeIdOf('acme', txnId)), 'bonus_change'));
  expect(await call('POST', '/labels', { labels: [{ id: `bonus:${txnId}`, label: 'genuine' }] })).toMatchObject({ status: 200, body: { labelled: 1 } });
});

test('many callers who wait ask Kafka how far the history is once at a time', async () => {
  let [committed, open] = [0, 0];
  let most = 0;
  const level = createHistoryLevel({
    offsets: async () => [{ partition: 0, first: 0, next: 1 }],
    committed: async () => {
      committed += 1;
      most = Math.max(most, (open += 1));
      await new Promise(setImmediate);
      open -= 1;
      return [{ partition: 0, offset: committed > 2 ? 1 : 0, metadata: null }];
    },
  });
  expect(await Promise.all(Array.from({ length: 50 }, () => level.reached([TOPICS.alerts.name], 2_000)))).toEqual(Array.from({ length: 50 }, () => true));
  expect(most).toBe(1);
  expect(committed).toBeLessThan(10);
});
