import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Alert, alertIdOf, TOPICS } from '@stakewatch/contracts';
import { createAvroCodec, createLogger, createRedis, createRedisStateStore, createRegistrySchemaIds, deadLetterOf, type LogClient, type LogRecord, openToolLog } from '@stakewatch/runtime';
import { bettingEvent, testFolder, type TestStack, testStack } from '@stakewatch/testing';
import { type Ran, runHere } from './testing/run-here';

const BIN = join(__dirname, '..', 'bin', 'stakewatch.js');
const folder = testFolder().path;
const company = `cli-${Date.now().toString(36)}`;
const logger = createLogger('test', 'silent');
const nothing = () => undefined;
let stack: TestStack;
let log: LogClient;

beforeAll(async () => {
  stack = await testStack();
  log = openToolLog({ clientId: 'cli-test', brokers: [stack.kafka] });
  await (await log.admin()).ensureTopics(6, 1);
});
afterAll(async () => {
  await log.close();
  await stack.close();
});

const environment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  STAKEWATCH_HOME: folder,
  STAKEWATCH_USER: 'ana',
  STAKEWATCH_KAFKA_BROKERS: stack.kafka,
  STAKEWATCH_SCHEMA_REGISTRY_URL: stack.schemaRegistry,
  STAKEWATCH_REDIS_URL: stack.redis,
  STAKEWATCH_CLICKHOUSE_URL: stack.clickhouse.url,
  STAKEWATCH_CLICKHOUSE_USER: stack.clickhouse.user,
  STAKEWATCH_CLICKHOUSE_PASSWORD: stack.clickhouse.password,
  STAKEWATCH_CLICKHOUSE_DATABASE: stack.clickhouse.database,
  STAKEWATCH_KEY_PEPPER: 'p'.repeat(32),
});

const run = (...args: string[]) => runHere(args, folder, environment());
/** As people run it; what a process adds is the same for each command. */
const runProcess = (args: readonly string[], more: NodeJS.ProcessEnv = {}) =>
  new Promise<Ran>((resolve) => {
    execFile(process.execPath, [BIN, ...args], { cwd: folder, env: { ...environment(), ...more } }, (error, out, err) => resolve({ code: error === null ? 0 : Number(error.code), out, err }));
  });
/** Runs with --json; the answer is what stdout holds. */
async function json<T>(...args: string[]): Promise<T> {
  const { code, out, err } = await run(...args, '--json');
  if (code !== 0) throw new Error(`exit ${code}: ${err}`);
  return JSON.parse(out) as T;
}

test('a company and its key, from creation to revocation; a key is shown once', async () => {
  const created = await runProcess(['companies', 'create', company, '--name', 'CLI', '--json']);
  expect(created).toMatchObject({ code: 0, err: '' });
  expect(JSON.parse(created.out)).toMatchObject({ changed: true, id: company, plan: 'standard', requestsPerMinute: 1000 });
  expect(await json('companies', 'create', company, '--name', 'CLI')).toMatchObject({ changed: false });
  expect(await json('companies', 'set-plan', company, '--plan', 'premium')).toMatchObject({ requestsPerMinute: 5000 });

  const { key, id } = await json<{ key: string; id: string }>('keys', 'create', '-c', company, '--sandbox', '--name', 'till');
  expect(key).toMatch(/^sw_test_/);
  const again = await runProcess(['keys', 'create', '-c', company, '--sandbox', '--name', 'till', '--json']);
  expect(again).toMatchObject({ code: 3, out: '' });
  expect(JSON.parse(again.err)).toMatchObject({ error: { code: 'conflict', errors: [{ path: 'name' }] } });
  const keys = await run('keys', 'list', '-c', company, '--json');
  expect(keys.out).not.toContain('hash');
  expect(await json('keys', 'revoke', key)).toMatchObject({ changed: true, id, status: 'revoked' });
});

test('an endpoint, from creation to removal; its secrets are shown once', async () => {
  const made = await json<{ id: string; secret: string }>('endpoints', 'create', '-c', company, '--url', 'https://cli.example/hooks');
  const rotated = await json<{ secret: string; rotating: boolean }>('endpoints', 'rotate', made.id);
  expect(rotated).toMatchObject({ rotating: true });
  expect(rotated.secret).not.toBe(made.secret);
  const listed = await run('endpoints', 'list', '-c', company, '--json');
  expect(listed.out).not.toContain('whsec_');
  expect(await json('endpoints', 'finish-rotation', made.id)).toMatchObject({ rotating: false });
  expect(await json('endpoints', 'disable', made.id)).toMatchObject({ status: 'disabled', disabledReason: 'by hand' });
  expect(await json('endpoints', 'enable', made.id)).toMatchObject({ status: 'enabled' });
  expect(await json('endpoints', 'delete', made.id)).toEqual({ changed: true, id: made.id });
});

test('rules: a built-in one takes a mode and settings, an own one is checked, versioned and deleted', async () => {
  const scope = ['-c', company];
  expect(await json('rules', 'mode', ...scope, 'deposit-burst', 'dry_run')).toMatchObject({ changed: true, version: 1, mode: 'dry_run', updatedBy: 'ana' });
  expect(await json('rules', 'set', ...scope, 'deposit-burst', 'limit=9')).toMatchObject({ version: 2, mode: 'dry_run', settings: { limit: 9 } });
  const slip = await run('rules', 'mode', ...scope, 'deposit-brust', 'off');
  expect(slip).toMatchObject({ code: 3 });
  expect(slip.err).toContain('Did you mean deposit-burst?');

  const own = { id: 'my-rule', title: 'Mine', description: 'Large deposits.', per: 'player', on: ['DEPOSIT'], facts: {}, when: 'event.amount > limit', settings: { limit: 500 }, outcome: { severity: 'low', score: 5 }, examples: [{ given: [{ type: 'DEPOSIT', amount: 501 }], then: 'alert' }] };
  const file = join(folder, 'rule.json');
  writeFileSync(file, JSON.stringify({ ...own, when: 'event.amont > limit' }));
  const broken = await run('rules', 'check', file, '--json');
  expect(broken.code).toBe(3);
  expect(JSON.parse(broken.err)).toMatchObject({ error: { errors: [{ path: 'when' }] } });
  writeFileSync(file, JSON.stringify(own));
  expect(await json('rules', 'check', file)).toEqual({ valid: true, ruleId: 'my-rule', examples: 1 });
  expect(await json('rules', 'put', ...scope, file, '--if-version', '0')).toMatchObject({ version: 1, mode: 'dry_run' });
  expect(await run('rules', 'put', ...scope, file, '--mode', 'live', '--if-version', '0')).toMatchObject({ code: 3 });
  expect(await json('rules', 'put', ...scope, file, '--mode', 'live', '--if-version', '1')).toMatchObject({ version: 2, mode: 'live' });
  expect(await json('rules', 'show', ...scope, 'my-rule')).toMatchObject({ origin: 'own', definition: own });
  expect(await json('rules', 'delete', ...scope, 'my-rule')).toMatchObject({ changed: true });
  const { items } = await json<{ items: { ruleId: string }[] }>('rules', 'list', ...scope);
  expect(items.map(({ ruleId }) => ruleId)).not.toContain('my-rule');
  expect(await run('rules', 'delete', ...scope, 'my-rule')).toMatchObject({ code: 3 });
  expect(await json('rules', 'put', ...scope, file, '--if-version', '0')).toMatchObject({ version: 4, mode: 'dry_run' });
  expect(await json('rules', 'delete', ...scope, 'my-rule')).toMatchObject({ changed: true });
});

test('rules of the three services are listed, set and put alike', async () => {
  const scope = ['-c', company];
  const { items } = await json<{ items: { ruleId: string; service: string }[] }>('rules', 'list', ...scope, '--service', 'bonus');
  expect(new Set(items.map(({ service }) => service))).toEqual(new Set(['bonus']));
  expect(await json('rules', 'set', ...scope, 'bonus-threshold', 'threshold=80')).toMatchObject({ changed: true, settings: { threshold: 80 } });
  expect(await run('rules', 'try', 'bonus-threshold', ...scope, '--from', '2026-10-01')).toMatchObject({ code: 3, err: expect.stringContaining('nothing to try') });
  expect(await json('rules', 'set', ...scope, 'transaction-velocity-count', 'limit={"individual":5}')).toMatchObject({ settings: { limit: { individual: 5 } } });
  const file = join(folder, 'bonus-rule.json');
  writeFileSync(file, JSON.stringify({ kind: 'bonus', id: 'my-bonus-rule', title: 'Mine', on: ['activated'], when: 'amount > 5.0', outcome: { severity: 'low', score: 5 }, examples: [{ given: { amount: 6 }, then: 'match' }] }));
  expect(await json('rules', 'put', ...scope, file, '--mode', 'live')).toMatchObject({ version: 1, mode: 'live' });
  expect(await json('rules', 'list', ...scope, '--service', 'bonus', '--mode', 'live')).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ ruleId: 'my-bonus-rule', origin: 'own' })]) });
  expect(await json('rules', 'delete', ...scope, 'my-bonus-rule')).toMatchObject({ changed: true });
});

test('a group of operators, from creation to removal', async () => {
  const group = `${company}-group`;
  const other = `${company}-b`.slice(-40);
  await json('companies', 'create', other, '--name', 'Other');
  expect(await json('groups', 'put', group, company, other)).toMatchObject({ changed: true, id: group, companies: [company, other].sort() });
  expect(await json('groups', 'put', group, other, company)).toMatchObject({ changed: false });
  expect(await json('groups', 'show', group)).toMatchObject({ companies: [company, other].sort() });
  expect((await run('groups', 'put', group, company, 'no-such-company')).code).toBe(3);
  expect(await json('groups', 'list')).toMatchObject({ items: expect.arrayContaining([expect.objectContaining({ id: group })]) });
  expect(await json('groups', 'delete', group)).toEqual({ changed: true, id: group });
  expect((await run('groups', 'show', group)).code).toBe(3);
});

test('a dead letter is listed, shown decoded, and replayed as it was', async () => {
  const topic = TOPICS.bettingEvents.name;
  const codec = createAvroCodec(createRegistrySchemaIds(stack.schemaRegistry));
  await codec.register('betting-event');
  const event = bettingEvent({ company_id: company, external_event_id: randomUUID() });
  const record: LogRecord = { topic, partition: 1, offset: Date.now(), timestamp: 0, key: Buffer.from(`${company}|player-1`), value: Buffer.from(codec.encode('betting-event', event)), headers: {} };
  await (await log.producer()).send([deadLetterOf(record, 'the rules failed on it 3 times', 'velocity-detector')]);
  const place = ['--partition', '1', '--offset', String(record.offset)];

  const { items } = await json<{ items: { offset: number }[] }>('dead-letters', 'list', topic);
  expect(items.find(({ offset }) => offset === record.offset)).toMatchObject({ topic, partition: 1, uuid: event.uuid, service: 'velocity-detector', reason: 'the rules failed on it 3 times' });
  expect(await json('dead-letters', 'show', topic, ...place)).toMatchObject({ refusals: [{ service: 'velocity-detector', reason: 'the rules failed on it 3 times', copies: 1 }], key: `${company}|player-1`, content: { uuid: event.uuid, amount: event.amount } });

  const before = await nextOffset(topic, 1);
  expect(await json('dead-letters', 'replay', topic, ...place)).toMatchObject({ topic, replayed: 1 });
  expect(await nextOffset(topic, 1)).toBe(before + 1);
  expect(await run('dead-letters', 'replay', topic, '--partition', '1', '--offset', '0')).toMatchObject({ code: 3 });
  expect((await run('dead-letters', 'list', 'betting.event.v1')).err).toContain(`Did you mean ${topic}?`);
});

test('lists are put and paged, in JSON too', async () => {
  for (const name of ['Jane Doe', 'John Roe', 'Mary Major']) expect(await json('lists', 'put', '-c', company, 'black', 'name', name, '--reason', 'chargebacks')).toMatchObject({ changed: true, value: name });
  const first = await json<{ items: { value: string }[]; next: string }>('lists', 'list', '-c', company, '--limit', '2');
  const second = await json<{ items: { value: string }[]; next: string | null }>('lists', 'list', '-c', company, '--limit', '2', '--after', first.next);
  expect([...first.items, ...second.items].map(({ value }) => value).sort()).toEqual(['Jane Doe', 'John Roe', 'Mary Major']);
  expect(second.next).toBeNull();
});

test('alerts are tailed from Kafka, those to come as well; Ctrl-C ends it', async () => {
  const codec = createAvroCodec(createRegistrySchemaIds(stack.schemaRegistry));
  await codec.register('alert');
  const producer = await log.producer();
  const publish = (alert: Alert) => producer.send([{ topic: TOPICS.alerts.name, key: alert.alert_id, value: Buffer.from(codec.encode('alert', alert)) }]);
  const [first, second, dry] = [alertOf('p-1'), alertOf('p-2'), { ...alertOf('p-3'), mode: 'dry_run' as const }];
  await publish(first);
  await publish(dry);
  await producer.send([{ topic: TOPICS.alerts.name, key: 'nobody', value: Buffer.from('no alert') }]);
  const told = await run('alerts', 'tail', '-c', company, '--since', '5m', '--json');
  expect(told).toMatchObject({ code: 0, err: expect.stringMatching(/warning: the record at offset \d+ of alerts\.v1-\d is left out: /) as string });
  expect(JSON.parse(told.out)).toMatchObject({ alert_id: first.alert_id, settings: { limit: 5 }, decided_at: expect.stringMatching(/Z$/) as string });

  const tail = spawn(process.execPath, [BIN, 'alerts', 'tail', '-f', '-c', company, '--since', '5m', '--json'], { cwd: folder, env: environment() });
  const seen = new Lines(tail.stdout);
  await seen.until((line) => line.includes(first.alert_id));
  await publish(second);
  await seen.until((line) => line.includes(second.alert_id));
  const ended = new Promise((resolve) => tail.once('exit', resolve));
  tail.kill('SIGINT');
  expect(await ended).toBe(0);
});

test('rebuild asks, clears every partition and fences its owner', async () => {
  const redis = createRedis(stack.redis, logger, 'cli-test');
  const store = createRedisStateStore(redis);
  // If a detector runs, this takes a partition from it, which is what rebuild does as well.
  const owner = { group: 'velocity-detector', topic: TOPICS.velocitySignals.name, partition: 0 };
  expect(await run('rebuild')).toMatchObject({ code: 3 });
  const { epoch, nextOffset: offset } = await store.open(owner);
  await store.save(owner, { epoch, expectedOffset: offset, nextOffset: 7, writes: [{ key: `test|${company}`, op: 'set', bytes: Buffer.from('x') }] });
  const { cleared } = await json<{ cleared: unknown[] }>('rebuild', '--yes');
  expect(cleared).toContainEqual({ topic: owner.topic, partition: 0 });
  expect(await store.load(owner, [`test|${company}`])).toEqual([null]);
  await expect(store.save(owner, { epoch, expectedOffset: 7, nextOffset: 8, writes: [] })).rejects.toThrow();
  redis.disconnect();
});

test('an engine without users says so, and what to do instead', async () => {
  const { code, err } = await run('analysts', 'create', '-c', company, '--json');
  expect(code).toBe(3);
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'refused', hint: expect.stringContaining('--sql') as string } });
});

test('what there is not is told: the company or endpoint of a list or a resend', async () => {
  const alert = ['resend', randomUUID(), '-c'];
  for (const args of [['analysts', 'create', '-c', 'no-such'], ['analysts', 'create', '-c', 'no-such', '--sql'], ['alerts', 'tail', '-c', 'no-such'], ['keys', 'list', '-c', 'no-such'], ['endpoints', 'list', '-c', 'no-such'], [...alert, 'no-such'], [...alert, company, '--endpoint', 'we_none']]) {
    expect(await run(...args)).toMatchObject({ code: 3, out: '', err: expect.stringMatching(/There is no company no-such|has no webhook endpoint we_none/) as string });
  }
});

test('a company whose name was mistyped is told with the names that may be meant', async () => {
  const mistyped = `${company}x`;
  for (const args of [['analysts', 'create', '-c', mistyped], ['keys', 'create', '-c', mistyped, '--name', 'x'], ['companies', 'rename', mistyped, 'X'], ['companies', 'set-plan', mistyped, '--plan', 'premium'], ['rules', 'list', '-c', mistyped]]) {
    const { code, err } = await run(...args, '--json');
    expect([args, code, JSON.parse(err)]).toMatchObject([args, 3, { error: { code: 'not_found', message: `There is no company ${mistyped}.`, hint: expect.stringMatching(new RegExp(`^Did you mean ${company}\\b.*companies list`)) as string } }]);
  }
});

test('a setting out of its range is refused as data; the rule stays as it was', async () => {
  const { code, err } = await run('rules', 'set', '-c', company, 'stake-outlier', 'sigmas=0', '--json');
  expect(code).toBe(3);
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'invalid', message: expect.stringContaining('rule stake-outlier: settings.sigmas') as string, errors: [{ path: 'settings.sigmas', code: 'out_of_range', allowed: { type: 'number', unit: 'standard deviations', min: 0.5, max: 100 }, help: expect.any(String) as string }] } });
  expect(await json('rules', 'show', '-c', company, 'stake-outlier')).toMatchObject({ version: 0, settings: { sigmas: 3 }, allowed: { sigmas: { min: 0.5, default: 3 } }, ignored: [] });
});

test('companies show tells keys and endpoints, and warns of an endpoint that gets nothing', async () => {
  const { id } = await json<{ id: string }>('endpoints', 'create', '-c', company, '--url', 'https://shown.example/hook');
  await json('endpoints', 'disable', id, '--reason', 'moves house');
  const { out, err } = await run('companies', 'show', company, '--json');
  expect(JSON.parse(out)).toMatchObject({ id: company, activeKeys: expect.any(Number) as number, endpoints: expect.arrayContaining([expect.objectContaining({ id, status: 'disabled', disabledReason: 'moves house' })]) as unknown[] });
  expect(out).not.toContain('whsec_');
  expect(err).toMatch(new RegExp(`^warning: endpoint ${id} of ${company} gets nothing since .*Z, by hand: moves house\\.`, 'm'));
  await json('endpoints', 'delete', id);
});

test('a resend becomes a command; lookups grow', async () => {
  const alertId = randomUUID();
  expect(await json('resend', alertId, '-c', company, '--revision', '2')).toMatchObject({ alertId, companyId: company, revision: 2, endpointId: null, requestedBy: 'ana' });
  // Where the stack's own keys are known, the command it names shows this company's alert and not the first one's.
  const home = join(folder, 'local');
  mkdirSync(home, { recursive: true });
  writeFileSync(join(home, 'stack.json'), JSON.stringify({ ...stack, gateway: '', companies: [{ id: company, apiKey: '' }], processes: [] }));
  expect((await runHere(['resend', alertId, '-c', company], folder, { ...environment(), STAKEWATCH_HOME: home })).out).toContain(`stakewatch alerts show ${alertId} -c ${company};`);
  expect((await run('resend', alertId, '-c', company)).out).toContain(`stakewatch alerts show ${alertId};`);
  const code = `OP_${Date.now()}`;
  expect(await json('lookups', 'add', code, '--name', 'Test', '--country', 'KEN')).toMatchObject({ changed: true, code });
  expect(await json<{ items: { code: string }[] }>('lookups', 'list').then(({ items }) => items.map((item) => item.code))).toContain(code);
});

test('what does not answer is told within seconds, with its own exit code', async () => {
  const down = await runProcess(['companies', 'list'], { STAKEWATCH_KAFKA_BROKERS: '127.0.0.1:1' });
  expect(down.code).toBe(4);
  expect(down.err).toContain('Kafka at 127.0.0.1:1 does not answer: ECONNREFUSED');
  const doctor = await runProcess(['doctor', '--json']);
  expect(doctor.code).toBe(5);
  const { items } = JSON.parse(doctor.out) as { items: { name: string; ok: boolean; todo: string | null }[] };
  expect(items.filter(({ ok }) => ok).map(({ name }) => name)).toEqual(expect.arrayContaining(['kafka', 'topics', 'schema registry', 'redis']));
  expect(items.find(({ name }) => name === 'gateway')).toMatchObject({ ok: false, todo: expect.stringContaining('STAKEWATCH_GATEWAY_URL') as string });
});

async function nextOffset(topic: string, partition: number): Promise<number> {
  return (await (await log.admin()).offsets(topic)).find((each) => each.partition === partition)?.next ?? -1;
}

function alertOf(player: string): Alert {
  const at = Date.now() * 1000;
  return {
    alert_id: alertIdOf(company, 'deposit-burst', 'live', 'player', player, 'XOF', at), revision: 1, company_id: company, status: 'open', mode: 'live', rule_id: 'deposit-burst', rule_version: 1, rule_title: 'Deposit burst',
    severity: 'high', score: 40, tags: [], subject_type: 'player', subject: player, player_id: player, window_start: at, window_end: at, event_uuid: randomUUID(), event_timestamp: at, currency: 'XOF',
    facts: [{ name: 'deposits', value: 6, window_start: at, window_end: at, truncated: false }], settings: '{"limit":5}', event_uuids: [], event_count: 6, event_received_at: at, decided_at: at,
  };
}

/** Lines of a stream as they come; `until` resolves when one fits, and fails when the stream ends before. */
class Lines {
  private readonly lines: string[] = [];
  private rest = '';
  private ended = false;
  private wake: () => void = nothing;

  constructor(stream: NodeJS.ReadableStream) {
    stream.on('data', (chunk: Buffer) => {
      const parts = (this.rest + chunk.toString()).split('\n');
      this.rest = parts.pop() ?? '';
      this.lines.push(...parts);
      this.wake();
    });
    stream.on('end', () => {
      this.ended = true;
      this.wake();
    });
  }

  async until(fits: (line: string) => boolean): Promise<void> {
    while (!this.lines.some(fits)) {
      if (this.ended) throw new Error(`the stream ended: ${this.lines.join('\n')}`);
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }
}
