import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RuleRecord } from '@stakewatch/contracts';
import { RuleDesk } from '@stakewatch/control';
import { createRuleLibrary } from '@stakewatch/rule-library';
import { nowMicros } from '../app/clock';
import { BONUS_CHANGE_EXAMPLE } from '../bonus-changes/example';
import { GROUPED_EXAMPLE } from '../docs/examples';
import { FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { localRuleRunner } from '../test-support/rule-runner';
import { TRANSACTION_EXAMPLE } from '../transactions/schema';
import { BONUS_RULE_EXAMPLE, TRANSACTION_RULE_EXAMPLE, TRY_EXAMPLE, VELOCITY_RULE_EXAMPLE } from './examples';
import { ruleRoutes } from './routes';

const world = new FixtureWorld();
let gateway: Awaited<ReturnType<typeof startGateway>>;
let keys: { acme: string; globex: string; sandbox: string };

beforeAll(async () => {
  world.company('acme', { requestsPerMinute: 100_000 });
  world.company('globex', { requestsPerMinute: 100_000 });
  world.operator({ id: 1, code: 'ORANGE_SN', name: 'Orange', country: 'SEN' });
  keys = { acme: world.key('acme').key, globex: world.key('globex').key, sandbox: world.key('acme', 'sandbox').key };
  const desk = new RuleDesk(await world.log.table('rules', RuleRecord), await world.log.producer(), createRuleLibrary());
  gateway = await startGateway(world, { eventRoutes: (events) => ruleRoutes({ desk, runner: localRuleRunner, events, nowMicros }) });
}, 30_000);
afterAll(() => gateway.close());

async function call(method: string, path: string, body?: unknown, { key = keys.acme, headers = {} }: { key?: string; headers?: Record<string, string> } = {}) {
  const response = await fetch(`${gateway.url}/api/v1/rules${path}`, { method, headers: { 'X-API-Key': key, 'Content-Type': 'application/json', ...headers }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  return { status: response.status, etag: response.headers.get('etag'), body: (await response.json()) as any };
}

const velocity = (id: string, more: object = {}) => ({
  id,
  title: 'Many deposits',
  description: 'More deposits than a person makes.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { deposits: { fact: 'count', of: 'DEPOSIT', within: '10m' } },
  when: 'deposits > limit',
  settings: { limit: 1 },
  outcome: { severity: 'high', score: 40, code: 453, tags: ['payments'] },
  examples: [
    { given: [{ type: 'DEPOSIT', repeat: 2 }], then: 'alert' },
    { given: [{ type: 'DEPOSIT' }], then: 'silent' },
  ],
  ...more,
});
const transaction = (id: string, more: object = {}) => ({ kind: 'transaction', id, title: 'Many wires', description: 'd', facts: { sent: { fact: 'count', of: 'sent', within: '1h' } }, when: 'sent > 1.0', outcome: { code: 451, score: 60, comment: '{sent} wires' }, examples: [{ given: [{ repeat: 2 }], then: 'holds' }], ...more });
const bonus = (id: string, more: object = {}) => ({ kind: 'bonus', id, title: 'Big bonus', on: ['activated'], when: 'amount > limit', settings: { limit: 50 }, outcome: { severity: 'high', score: 120 }, examples: [{ given: { amount: 60 }, then: 'match' }], ...more });
const deposit = (id: string, second: number, more: object = {}) => ({ external_event_id: id, player_id: 'p1', event_type: 'DEPOSIT', amount: 100, currency: 'XOF', event_timestamp: `2026-01-31T12:00:${String(second).padStart(2, '0')}Z`, ...more });

describe('list and read', () => {
  test('built-in rules of the three services are listed with filters and pages', async () => {
    const all = await call('GET', '?limit=1000');
    expect(all.status).toBe(200);
    const ids = all.body.items.map(({ id }: { id: string }) => id);
    expect(ids).toEqual(expect.arrayContaining(['deposit-burst', 'transaction-velocity-count', 'bonus-threshold']));
    expect(all.body.items[0]).toEqual({ id: expect.any(String), service: expect.any(String), title: expect.any(String), origin: 'built-in', mode: 'live', version: 0, severity: expect.any(String), settings: expect.any(Object), allowed: expect.any(Object), ignored: [], updated_at: null, updated_by: null });
    const paged: string[] = [];
    for (let after = ''; ; ) {
      const { body } = await call('GET', `?limit=7&after=${after}`);
      paged.push(...body.items.map(({ id }: { id: string }) => id));
      if (body.next === null) break;
      after = body.next;
    }
    expect(paged).toEqual(ids);
    const ofBonus = await call('GET', '?service=bonus');
    expect(new Set(ofBonus.body.items.map(({ service }: { service: string }) => service))).toEqual(new Set(['bonus']));
    expect((await call('GET', '?mode=off')).body.items).toEqual([]);
  });

  test('one rule is read with its definition and its version as ETag', async () => {
    expect(await call('GET', '/deposit-burst')).toMatchObject({ status: 200, etag: '"0"', body: { id: 'deposit-burst', service: 'velocity', origin: 'built-in', settings: { limit: 5 }, definition: { when: 'deposits > limit' } } });
    expect(await call('GET', '/bonus-threshold')).toMatchObject({ status: 200, body: { service: 'bonus', severity: null, settings: { threshold: 100 }, definition: null } });
    expect(await call('GET', '/nothing')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  test('the facts vocabulary says what each service knows', async () => {
    const { status, body } = await call('GET', '/facts');
    expect(status).toBe(200);
    expect(body.services.map(({ service }: { service: string }) => service)).toEqual(['velocity', 'transaction', 'bonus']);
    expect(body.services[0].facts[0]).toMatchObject({ name: 'count', type: 'double', unit: 'events', description: expect.any(String), parameters: expect.arrayContaining([expect.objectContaining({ name: 'within', required: true })]) });
    expect(body.services[0].variables).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'event.amount', type: 'double' })]));
    expect((await call('GET', '/facts?service=bonus')).body.services).toHaveLength(1);
  });

  test.each([
    ['?service=shoes', 'service'],
    ['?mode=on', 'mode'],
    ['?limit=0', 'limit'],
    ['?limit=1001', 'limit'],
    ['?modes=live', 'modes'],
    ['/facts?kind=bonus', 'kind'],
    ['/facts?service=constructor', 'service'],
  ])('%s is refused', async (path, field) => expect(await call('GET', path)).toMatchObject({ status: 400, body: { code: 'INVALID_PARAMETER', errors: [{ path: field }] } }));
});

describe('check', () => {
  test('the rules of docs/rules.md are valid', async () => {
    const text = readFileSync(join(__dirname, '..', '..', '..', '..', 'docs', 'rules.md'), 'utf8');
    const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => JSON.parse(json as string) as { definition?: object; when?: string });
    const definitions = blocks.filter(({ definition, when }) => definition ?? when).map((block) => block.definition ?? block);
    expect(definitions).toHaveLength(3);
    for (const definition of definitions) expect((await call('POST', '/check', { definition })).body).toMatchObject({ valid: true, examples: 2 });
  });

  test.each([velocity('a-rule'), transaction('a-rule'), bonus('a-rule')])('a valid rule is told to be so: $kind', async (definition) => {
    expect(await call('POST', '/check', { definition })).toMatchObject({ status: 200, body: { valid: true, rule: { id: 'a-rule' }, examples: definition.examples.length } });
    expect((await call('GET', '/a-rule')).status).toBe(404);
  });

  test('a type error is told by its field, line and column', async () => {
    const { status, body } = await call('POST', '/check', { definition: velocity('a-rule', { when: 'deposits >\n  limits' }) });
    expect(status).toBe(200);
    expect(body).toMatchObject({ valid: false, errors: [{ path: 'definition.when', message: expect.stringContaining('limits'), position: { offset: 13, length: 6, line: 2, column: 3 } }] });
  });

  test('an example that does not hold is told by name, with what it gave', async () => {
    const examples = [{ name: 'one deposit', given: [{ type: 'DEPOSIT' }], then: 'alert' }];
    expect((await call('POST', '/check', { definition: velocity('a-rule', { examples }) })).body).toEqual({ valid: false, errors: [{ path: 'definition.examples[0]', message: 'does not hold (one deposit): expected alert, was silent' }] });
    expect((await call('POST', '/check', { definition: velocity('a-rule', { examples: undefined }) })).body).toMatchObject({ valid: false, errors: [{ path: 'definition.examples' }] });
  });

  const deep = `${'('.repeat(500)}deposits > 1.0${')'.repeat(500)}`;
  const loop = `[${Array.from({ length: 100 }, (_, at) => `${at}.0`).join(',')}].all(x, ${Array.from({ length: 60 }, () => 'x < deposits').join(' && ')})`;
  test.each<[string, unknown, string]>([
    ['no object', null, 'definition'],
    ['a list', [], 'definition'],
    ['a text', 'deposits > 1', 'definition'],
    ['another kind', { ...velocity('x-rule'), kind: 'weather' }, 'definition.kind'],
    ['the wrong kind', { ...velocity('x-rule'), kind: 'bonus' }, 'definition.'],
    ['a prototype as kind', JSON.parse('{"__proto__":{"kind":"bonus"},"id":"x-rule"}'), 'definition.__proto__'],
    ['prototype settings', velocity('x-rule', { settings: JSON.parse('{"limit":1,"__proto__":5}') as object }), 'definition.settings.__proto__'],
    ['constructor as a fact', velocity('x-rule', { facts: { constructor: { fact: 'count', within: '1h' } } }), 'definition.facts.constructor'],
    ['a prototype as a fact', transaction('x-rule', { facts: JSON.parse('{"__proto__":null}') as object }), 'definition.facts'],
    ['a fact that is null', transaction('x-rule', { facts: { sent: null } }), 'definition.facts'],
    ['a huge condition', velocity('x-rule', { when: `deposits > 1.0 ${'&& deposits > 1.0 '.repeat(5000)}` }), 'definition.when'],
    ['a deep condition', velocity('x-rule', { when: deep }), 'definition.when'],
    ['a condition of too many steps', velocity('x-rule', { when: loop }), 'definition.when'],
    ['a regular expression', velocity('x-rule', { when: 'event.player_id.matches("(a+)+$")' }), 'definition.when'],
    ['examples without end', velocity('x-rule', { examples: Array.from({ length: 10 }, () => ({ given: Array.from({ length: 200 }, () => ({ type: 'DEPOSIT', repeat: 1000 })), then: 'alert' })) }), 'definition.examples'],
    ['the condition of another service', bonus('x-rule', { when: 'deposits > 1.0' }), 'definition.when'],
  ])('%s is refused', async (_what, definition, path) => {
    const { status, body } = await call('POST', '/check', { definition });
    expect(status).toBe(200);
    expect(body.valid).toBe(false);
    expect(body.errors.some((error: { path: string }) => error.path.startsWith(path))).toBe(true);
  });

  test.each<[string, string, string]>([
    ['no JSON', '{', 'INVALID_JSON'],
    ['a body that nests without end', `{"definition":${'['.repeat(200)}${']'.repeat(200)}}`, 'INVALID_BODY'],
    ['another field', '{"definition":{},"more":1}', 'INVALID_BODY'],
    ['a list as body', '[]', 'INVALID_BODY'],
  ])('%s is a bad request', async (_what, body, code) => expect(await call('POST', '/check', body)).toMatchObject({ status: 400, body: { code } }));

  test('a body over the limit is refused', async () => expect(await call('POST', '/check', { definition: { when: 'x'.repeat(300_000) } })).toMatchObject({ status: 413 }));
});

describe('put, change, delete', () => {
  test('an own rule of each service is put, read at once, changed under its version, and deleted; no one else sees it', async () => {
    for (const make of [velocity, transaction, bonus]) {
      const id = `own-${make.name}`;
      const first = await call('PUT', `/${id}`, { definition: make(id) }, { headers: { 'If-None-Match': '*' } });
      expect(first).toMatchObject({ status: 201, etag: '"1"', body: { id, service: make.name, origin: 'own', mode: 'dry_run', version: 1, definition: make(id), updated_by: expect.stringMatching(/^key:/) } });
      expect(await call('GET', `/${id}`)).toMatchObject({ status: 200, etag: '"1"', body: first.body });
      expect((await call('GET', `/${id}`, undefined, { key: keys.globex })).status).toBe(404);
      expect((await call('GET', `/${id}`, undefined, { key: keys.sandbox })).status).toBe(404);
      expect((await call('DELETE', `/${id}`, undefined, { key: keys.sandbox })).status).toBe(404);
      expect((await call('PATCH', `/${id}`, { mode: 'live' }, { key: keys.globex })).status).toBe(404);
      const live = await call('PATCH', `/${id}`, { mode: 'live', expected_version: 1 });
      expect(live).toMatchObject({ status: 200, etag: '"2"', body: { mode: 'live', version: 2 } });
      const changed = make(id, { title: 'Another title' });
      expect(await call('PUT', `/${id}`, { definition: changed }, { headers: { 'If-Match': '"1"' } })).toMatchObject({ status: 412, body: { code: 'VERSION_MISMATCH', errors: [{ path: 'version' }] } });
      expect(await call('PUT', `/${id}`, { definition: changed }, { headers: { 'If-Match': '"2"' } })).toMatchObject({ status: 200, etag: '"3"', body: { title: 'Another title', mode: 'live' } });
      expect(await call('PUT', `/${id}`, { definition: changed })).toMatchObject({ status: 200, etag: '"3"' });
      expect(await call('DELETE', `/${id}`, undefined, { headers: { 'If-Match': '"1"' } })).toMatchObject({ status: 412 });
      expect(await call('DELETE', `/${id}`)).toMatchObject({ status: 200, body: { deleted: { id, version: 3 } } });
      for (const method of ['GET', 'DELETE']) expect((await call(method, `/${id}`)).status).toBe(404);
      // Deleted and put again it is a new rule, under a version that no other content had.
      expect(await call('PUT', `/${id}`, { definition: make(id), mode: 'off' }, { headers: { 'If-None-Match': '*' } })).toMatchObject({ status: 201, etag: '"5"', body: { version: 5, mode: 'off', definition: make(id) } });
    }
  });

  test('a sandbox key sets the rules of the sandbox alone', async () => {
    expect(await call('PUT', '/sandbox-rule', { definition: velocity('sandbox-rule'), mode: 'live' }, { key: keys.sandbox })).toMatchObject({ status: 201, body: { mode: 'live' } });
    expect((await call('GET', '/sandbox-rule')).status).toBe(404);
    expect(await call('PATCH', '/deposit-burst', { mode: 'off' }, { key: keys.sandbox })).toMatchObject({ body: { mode: 'off' } });
    expect(await call('GET', '/deposit-burst')).toMatchObject({ body: { mode: 'live' } });
    expect((await call('GET', '?mode=off', undefined, { key: keys.sandbox })).body.items).toMatchObject([{ id: 'deposit-burst', version: 1 }]);
  });

  test('a built-in rule takes mode and settings in one version, and delete gives its defaults back', async () => {
    expect(await call('PATCH', '/structuring', { mode: 'dry_run', settings: {} }, { headers: { 'If-Match': '"0"' } })).toMatchObject({ status: 200, body: { version: 1, mode: 'dry_run' } });
    expect(await call('PATCH', '/transaction-velocity-count', { settings: { limit: { individual: 3 }, window: '1h' }, author: 'ana' })).toMatchObject({ body: { version: 1, settings: { limit: { individual: 3 }, window: '1h' }, updated_by: 'ana' } });
    expect(await call('PATCH', '/transaction-velocity-count', { settings: { window: null } })).toMatchObject({ body: { version: 2, settings: { window: '10m' } } });
    expect(await call('PATCH', '/bonus-threshold', { settings: { threshold: 70 } })).toMatchObject({ body: { settings: { threshold: 70 } } });
    expect(await call('PATCH', '/bonus-threshold', { mode: 'off' })).toMatchObject({ status: 409, body: { code: 'RULE_CONFLICT' } });
    expect(await call('PATCH', '/bonus-gnoming', { settings: { score: 5 } })).toMatchObject({ body: { settings: { score: 5, accounts: 2 } } });
    for (const id of ['structuring', 'transaction-velocity-count', 'bonus-threshold', 'bonus-gnoming']) expect((await call('DELETE', `/${id}`)).status).toBe(200);
    expect(await call('GET', '/transaction-velocity-count')).toMatchObject({ body: { version: 3, mode: 'live', settings: { window: '10m' } } });
  });

  test('what does not go with the rule as it is is a conflict', async () => {
    await call('PUT', '/clash', { definition: velocity('clash') });
    expect(await call('PUT', '/clash', { definition: bonus('clash') })).toMatchObject({ status: 409, body: { code: 'RULE_CONFLICT', errors: [{ path: 'definition.kind' }] } });
    expect(await call('PATCH', '/clash', { settings: { limit: 3 } })).toMatchObject({ status: 409, body: { errors: [{ path: 'settings' }] } });
    expect(await call('PUT', '/deposit-burst', { definition: velocity('deposit-burst') })).toMatchObject({ status: 409, body: { errors: [{ path: 'definition.id' }] } });
  });

  test.each<[string, string, unknown, Record<string, string>, string]>([
    ['PUT', '/other-id', { definition: velocity('my-rule') }, {}, 'definition.id'],
    ['PUT', '/my-rule', {}, {}, 'definition'],
    ['PUT', '/my-rule', { definition: velocity('my-rule', { when: 'deposits >' }) }, {}, 'definition.when'],
    ['PUT', '/my-rule', { definition: velocity('my-rule', { examples: [{ given: [{ type: 'DEPOSIT' }], then: 'alert' }] }) }, {}, 'definition.examples[0]'],
    ['PUT', '/my-rule', { definition: velocity('my-rule'), mode: 'on' }, {}, 'mode'],
    ['PUT', '/my-rule', { definition: velocity('my-rule'), author: '' }, {}, 'author'],
    ['PUT', '/my-rule', { definition: velocity('my-rule'), expected_version: -1 }, {}, 'expected_version'],
    ['PUT', '/my-rule', { definition: velocity('my-rule'), expected_version: 2 }, { 'If-Match': '"1"' }, 'expected_version'],
    ['PUT', '/my-rule', { definition: velocity('my-rule') }, { 'If-Match': 'W/"1"' }, 'If-Match'],
    ['PUT', '/my-rule', { definition: velocity('my-rule') }, { 'If-None-Match': '"1"' }, 'If-None-Match'],
    ['PUT', '/facts', { definition: velocity('facts') }, {}, 'definition.id'],
    ['PATCH', '/deposit-burst', {}, {}, 'mode'],
    ['PATCH', '/deposit-burst', { settings: [] }, {}, 'settings'],
    ['PATCH', '/deposit-burst', { settings: { speed: 1 } }, {}, 'settings.speed'],
    ['PATCH', '/deposit-burst', { settings: { limit: 'many' } }, {}, 'settings.limit'],
    ['PATCH', '/deposit-burst', '{"settings":{"__proto__":{"limit":1}}}', {}, 'settings.__proto__'],
    ['PATCH', '/deposit-burst', { enabled: true }, {}, 'enabled'],
  ])('%s %s %j %j is refused at %s, and nothing is written', async (method, path, body, headers, field) => {
    expect(await call(method, path, body, { headers })).toMatchObject({ status: 400, body: { errors: [{ path: field }] } });
    expect((await call('GET', '/my-rule')).status).toBe(404);
  });

  test('without a key nothing is answered, other methods are told', async () => {
    expect((await call('GET', '', undefined, { key: 'sw_live_nothing' })).status).toBe(401);
    expect((await call('POST', '/deposit-burst', {})).status).toBe(405);
  });
});

describe('try', () => {
  test('the documented examples are right', async () => {
    for (const definition of [VELOCITY_RULE_EXAMPLE, TRANSACTION_RULE_EXAMPLE, BONUS_RULE_EXAMPLE]) expect((await call('POST', '/check', { definition })).body).toMatchObject({ valid: true, examples: 2 });
    expect((await call('POST', '/try', TRY_EXAMPLE)).body).toMatchObject({ tried: 2, fired: 1, results: [{ fired: false }, { fired: true, alerts: [{ event_count: 2 }] }] });
  });

  test('a velocity rule says of each event whether it fires, why, and what alert it gives', async () => {
    const events = [deposit('e1', 0), deposit('e2', 5), deposit('e3', 9), deposit('e2', 5), { ...GROUPED_EXAMPLE, event_id: 'e4' }];
    const { status, body } = await call('POST', '/try', { definition: velocity('try-me', { examples: undefined }), events });
    expect(status).toBe(200);
    expect(body).toMatchObject({ service: 'velocity', tried: 5, fired: 2 });
    expect(body.results.map(({ id, status: state, fired, alerts }: any) => [id, state, fired, alerts.length])).toEqual([['e1', 'judged', false, 0], ['e2', 'judged', true, 1], ['e3', 'judged', true, 0], ['e2', 'duplicate', false, 0], ['e4', 'counted', false, 0]]);
    expect(body.results[1]).toMatchObject({ subject: { type: 'player', id: 'p1' }, facts: [{ name: 'deposits', value: 2, window_start: '2026-01-31T11:50:05.000Z', window_end: '2026-01-31T12:00:05.000Z' }], alerts: [{ severity: 'high', score: 40, code: 453, tags: ['payments'], event_ids: ['e1', 'e2'] }] });
    expect((await call('GET', '/try-me')).status).toBe(404);
  });

  test('a rule of yours is tried by id, as you have set it, with other settings on top', async () => {
    await call('PUT', '/try-own', { definition: velocity('try-own') });
    const events = [deposit('e1', 0), deposit('e2', 5)];
    expect((await call('POST', '/try', { rule_id: 'try-own', events })).body).toMatchObject({ fired: 1 });
    expect((await call('POST', '/try', { rule_id: 'try-own', settings: { limit: 2 }, events })).body).toMatchObject({ fired: 0 });
    expect((await call('POST', '/try', { rule_id: 'deposit-burst', settings: { limit: 1 }, events })).body).toMatchObject({ fired: 1 });
    expect(await call('POST', '/try', { rule_id: 'try-own', events }, { key: keys.globex })).toMatchObject({ status: 400, body: { errors: [{ path: 'rule_id' }] } });
  });

  test('a transaction rule says the decision that each transaction would get', async () => {
    const transactions = [TRANSACTION_EXAMPLE, { received_at: '2026-11-20T10:00:00Z', transaction: { ...TRANSACTION_EXAMPLE, transaction_id: '2' } }, { received_at: '2026-11-20T10:05:00Z', transaction: { ...TRANSACTION_EXAMPLE, transaction_id: '3', amount: 0.1 } }];
    const { status, body } = await call('POST', '/try', { definition: transaction('try-wires'), transactions: [transactions[1], transactions[2]], lists: [{ list: 'black', kind: 'name', value: 'Someone Else' }] });
    expect(status).toBe(200);
    expect(body.results[1]).toMatchObject({ id: '3', fired: true, facts: [{ name: 'sent', value: 2, window_start: '2026-11-20T09:05:00.000Z' }], match: { code: '451', score: 60, comment: ['451: 2 wires'] }, decision: { activity_code: '451', fraud_percentage: 60 } });
    expect((await call('POST', '/try', { definition: transaction('try-wires'), transactions: [TRANSACTION_EXAMPLE], lists: [{ list: 'black', kind: 'name', value: 'Jane Doe' }] })).body.results).toMatchObject([{ fired: false, decision: { activity_code: '456' } }]);
  });

  test('a bonus rule says the score that each change would get, on the evidence of the events given', async () => {
    const change = { ...BONUS_CHANGE_EXAMPLE, applicant: { externalUserId: 'player-456' }, txnDate: '2026-01-31T12:00:03Z' };
    const bet = deposit('b1', 1, { player_id: 'player-456', event_type: 'BET_PLACED' });
    const { status, body } = await call('POST', '/try', { definition: bonus('try-bonus'), bonus_changes: [change], events: [bet] });
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { kind: 'event', index: 0, id: 'b1', status: 'observed', fired: false },
      { kind: 'bonus_change', index: 0, id: change.txnId, status: 'judged', fired: true, evaluations: [{ player: 'player-456', bonus_id: 'cool_bonus_id', facts: [{ name: 'amount', value: 80 }], score: 120 }], decision: { score: 120, review_answer: 'RED', scoring_result: { matchedRules: [{ id: 'try-bonus' }] } } },
    ]);
  });

  test('a setting that is listed among the rules is told apart from an id that is none', async () => {
    const refused = async (id: string) => (await call('POST', '/try', { rule_id: id, bonus_changes: [BONUS_CHANGE_EXAMPLE] })).body.errors;
    expect(await refused('bonus-threshold')).toEqual([{ path: 'rule_id', message: expect.stringContaining('nothing to try') }]);
    expect(await refused('bonus-thresholds')).toEqual([{ path: 'rule_id', message: 'is no rule of yours' }]);
  });

  test.each<[string, object, string]>([
    ['neither definition nor id', { events: [deposit('e', 0)] }, 'definition'],
    ['both', { definition: velocity('x-rule'), rule_id: 'x-rule', events: [deposit('e', 0)] }, 'rule_id'],
    ['an id that is none', { rule_id: 5, events: [deposit('e', 0)] }, 'rule_id'],
    ['no events', { definition: velocity('x-rule') }, 'events'],
    ['too many events', { definition: velocity('x-rule'), events: Array.from({ length: 1001 }, () => ({})) }, 'events'],
    ['events that are none', { definition: velocity('x-rule'), events: 'many' }, 'events'],
    ['transactions for a velocity rule', { definition: velocity('x-rule'), events: [deposit('e', 0)], transactions: [] }, 'transactions'],
    ['lists for a bonus rule', { definition: bonus('x-rule'), bonus_changes: [BONUS_CHANGE_EXAMPLE], lists: [] }, 'lists'],
    ['an event that is not valid', { definition: velocity('x-rule'), events: [deposit('e', 0), deposit('f', 1, { amount: 1.5 })] }, 'events[1].amount'],
    ['a grouped event that is not valid', { definition: velocity('x-rule'), events: [{ ...GROUPED_EXAMPLE, player: {} }] }, 'events[0].player.id'],
    ['an event that is null', { definition: velocity('x-rule'), events: [null] }, 'events[0]'],
    ['an event of the future', { definition: velocity('x-rule'), events: [deposit('e', 0, { event_timestamp: '2999-01-01T00:00:00Z' })] }, 'events[0].event_timestamp'],
    ['a transaction that is not valid', { definition: transaction('x-rule'), transactions: [{ ...TRANSACTION_EXAMPLE, amount: 0.001 }] }, 'transactions[0].amount'],
    ['a transaction of no time', { definition: transaction('x-rule'), transactions: [{ received_at: 'soon', transaction: TRANSACTION_EXAMPLE }] }, 'transactions[0].received_at'],
    ['a wrapped transaction that is not valid', { definition: transaction('x-rule'), transactions: [{ transaction: {} }] }, 'transactions[0].transaction.transaction_id'],
    ['a list entry that is not valid', { definition: transaction('x-rule'), transactions: [TRANSACTION_EXAMPLE], lists: [{ list: 'grey', kind: 'ip', value: '1.2.3.4' }] }, 'lists[0].list'],
    ['a change without player', { definition: bonus('x-rule'), bonus_changes: [BONUS_CHANGE_EXAMPLE] }, 'bonus_changes[0].applicant.externalUserId'],
    ['no changes', { definition: bonus('x-rule'), bonus_changes: [] }, 'bonus_changes'],
    ['settings that are none', { definition: velocity('x-rule'), settings: 'limit', events: [deposit('e', 0)] }, 'settings'],
    ['a setting that is none of the rule', { definition: velocity('x-rule'), settings: { speed: 1 }, events: [deposit('e', 0)] }, 'settings.speed'],
    ['a definition that is not valid', { definition: velocity('x-rule', { when: 'deposits >' }), events: [deposit('e', 0)] }, 'definition.when'],
    ['another kind', { definition: { kind: 'weather' }, events: [deposit('e', 0)] }, 'definition.kind'],
    ['another field', { definition: velocity('x-rule'), events: [deposit('e', 0)], speed: 1 }, 'speed'],
  ])('%s is refused', async (_what, body, path) => {
    const answer = await call('POST', '/try', body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } });
    expect(answer.body.errors.map((error: { path: string }) => error.path)).toContain(path);
  });

  test('an amount is read as its digits stand, never rounded', async () => {
    const body = JSON.stringify({ definition: transaction('x-rule'), transactions: [TRANSACTION_EXAMPLE] }).replace('1500', '1500.0000000000000001');
    expect(await call('POST', '/try', body)).toMatchObject({ status: 400, body: { errors: [{ path: 'transactions[0].amount' }] } });
  });
});
