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

test('hostile ids find nothing and break nothing', async () => {
  for (const id of ["' OR 1=1 --", '..', 'transaction:', 'bonus:', `transaction:${'x'.repeat(101)}`, '\u0000', '%', 'ÿ'.repeat(30), '{id}']) expect([id, (await call('GET', `/${encodeURIComponent(id)}`)).status]).toEqual([id, 404]);
});

test('pages are asked for within bounds', async () => {
  expect(await call('GET', '?service=transaction-monitor&outcome=450&from=2026-03-01T00:00:00Z&to=2026-03-02T00:00:00%2B01:00&label=none&limit=2')).toMatchObject({ status: 200, body: { next: `1772359200000000_${ALERT}` } });
  expect(await call('GET', `?after=1772359200000000_${ALERT}`)).toMatchObject({ status: 200 });
  expect((await call('GET', '', undefined, keys.globex)).body.items).toEqual([]);
  for (const [query, path] of [['limit=0', 'limit'], ['limit=101', 'limit'], ['limit=x', 'limit'], ['service=nobody', 'service'], ['from=yesterday', 'from'], ['from=2026-99-01T00:00:00Z', 'from'], ['to=2026-03-01', 'to'], ['after=x', 'after'], ['label=bad', 'label'], ['outcome=', 'outcome'], ['company=globex', 'company']]) {
    expect([query, await call('GET', `?${query}`)]).toMatchObject([query, { status: 400, body: { errors: [{ path }] } }]);
  }
});

test('a history that does not answer is 503', async () => {
  history.failing = true;
  for (const [method, path, body] of [['GET', `/${ALERT}`], ['GET', ''], ['POST', `/${ALERT}/label`, { label: 'fraud' }]] as const) expect(await call(method, path, body)).toMatchObject({ status: 503, body: { code: 'UNAVAILABLE' } });
});

test('no id of one company names a decision of another', () => {
  fc.assert(fc.property(fc.string({ minLength: 1, maxLength: 100 }), (id) => {
    const [ours, theirs] = ['acme', 'globex'].map((scope) => decisionUuid(scope, `transaction:${id}`));
    return ours !== null && ours !== theirs;
  }));
});
