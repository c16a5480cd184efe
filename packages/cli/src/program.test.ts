import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { EXIT } from './exit-codes';
import { loadRuleLibrary } from './rule-library';
import { runHere } from './testing/run-here';

const { path: folder, fresh } = testFolder();
// Loaded once here: the first transform of what it brings along takes longer than a unit test may.
beforeAll(() => loadRuleLibrary(), 60_000);

const run = (args: readonly string[], input = '', variables: NodeJS.ProcessEnv = {}) => runHere(args, folder, { STAKEWATCH_HOME: folder, ...variables }, input);

const docs = readFileSync(join(__dirname, '..', '..', '..', 'docs', 'cli.md'), 'utf8');

/** Names of what stands under "Commands:" in a help text. */
const namesIn = (help: string): readonly string[] => [...(help.split('Commands:')[1] ?? '').split('Exit codes')[0]?.matchAll(/^ {2}([a-z-]+)/gm) ?? []].map(([, name]) => name as string).filter((name) => name !== 'help');

test('help ends well; every command and exit code stands in docs/cli.md', async () => {
  const { code, out } = await run(['--help']);
  expect(code).toBe(EXIT.ok);
  const commands = namesIn(out);
  expect(commands.length).toBeGreaterThan(10);
  for (const name of commands) expect(docs).toContain(`\`${name} `.replace(/(rebuild|doctor) $/, '$1`'));
  for (const value of Object.values(EXIT)) expect(docs).toContain(`| ${value} |`);
});

test('the help of every command has examples of that command, and marks the options that it wants', async () => {
  const under = async (path: readonly string[]): Promise<readonly (readonly string[])[]> => {
    const names = namesIn((await run([...path, '--help'])).out);
    return names.length === 0 ? [path] : (await Promise.all(names.map((name) => under([...path, name])))).flat();
  };
  const commands = await under([]);
  expect(commands.length).toBeGreaterThan(40);
  for (const path of commands) expect((await run([...path, '--help'])).out).toContain(`Examples:\n  $ stakewatch ${path.join(' ')}`);
  const { out } = await run(['companies', 'create', '--help']);
  expect(out).toMatch(/--name <name> +name that people read \(required\)/);
  expect(out).not.toMatch(/--plan[^-]*\(required\)/);
});

test('a slip in a command is told with what was meant', async () => {
  expect(await run(['keys', 'crate'])).toMatchObject({ code: EXIT.usage, err: expect.stringContaining('Did you mean create?') as string });
  expect((await run(['compannies'])).err).toContain('Did you mean companies?');
});

test.each([
  ['a missing option', ['keys', 'create', '-c', 'acme']],
  ['a value that is none', ['companies', 'create', 'Acme!', '--name', 'x']],
  ['a batch too large', ['send', 'x', '--batch', '1001']],
  ['a file that is not there', ['rules', 'check', 'nope.json']],
  ['neither a file nor history to try on', ['rules', 'try', 'deposit-burst']],
  ['a file and history', ['rules', 'try', 'deposit-burst', 'events.ndjson', '-c', 'acme', '--from', '2026-10-01']],
  ['history of nobody', ['rules', 'try', 'deposit-burst', '--from', '2026-10-01']],
  ['a day that is none', ['rules', 'try', 'deposit-burst', '-c', 'acme', '--from', '2026-02-31']],
  ['an end before the beginning', ['rules', 'try', 'deposit-burst', '-c', 'acme', '--from', '2026-10-02', '--to', '2026-10-01']],
  ['a beginning in the future', ['rules', 'try', 'deposit-burst', '-c', 'acme', '--from', '2999-01-01']],
  ['too many players', ['rules', 'try', 'deposit-burst', '-c', 'acme', '--from', '2026-10-01', '--player', ...'abcdefghijk']],
  ['too many alerts to show', ['rules', 'try', 'deposit-burst', '-c', 'acme', '--from', '2026-10-01', '--limit', '1001']],
  ['an option of history without it', ['rules', 'try', 'deposit-burst', 'events.ndjson', '--to', '2026-10-01']],
  ['a topic without dead letters', ['dead-letters', 'show', 'nope', '--partition', '0', '--offset', '0']],
])('%s is a fault of the command line', async (_, args) => expect((await run(args)).code).toBe(EXIT.usage));

test.each([
  ['a slip in a command', ['keys', 'crate'], "unknown command 'crate' (Did you mean create?)"],
  ['a missing option', ['keys', 'create', '-c', 'acme'], "required option '--name <name>' not specified"],
  ['a missing argument', ['send'], "missing required argument 'file'"],
  ['no command', ['keys'], 'Say which command.'],
  ['a value that is none', ['send', 'x', '--batch', '1001'], "option '--batch <n>' argument '1001' is invalid. A batch has at most 1000."],
])('%s is told in JSON too, and nothing else is', async (_, args, message) => {
  const { code, out, err } = await run([...args, '--json']);
  expect([code, out]).toEqual([EXIT.usage, '']);
  expect(JSON.parse(err)).toEqual({ error: { code: 'usage', message, hint: '--help shows what there is.', errors: [] } });
});

test('a command that was given wrongly says where its help is', async () => expect((await run(['send'])).err).toContain('--help shows what there is'));

test('what is not configured is told in JSON too, with a hint, and nothing on stdout', async () => {
  const { code, out, err } = await run(['companies', 'list', '--json']);
  expect([code, out]).toEqual([EXIT.usage, '']);
  expect(JSON.parse(err)).toEqual({ error: { code: 'not_configured', message: expect.stringContaining('STAKEWATCH_KAFKA_BROKERS') as string, hint: expect.stringContaining('npm run up') as string, errors: [] } });
});

test('rules are checked without a stack: from a file or standard input, faults by path', async () => {
  const rule = { id: 'big-deposit', title: 'Big', description: 'Large deposits.', per: 'player', on: ['DEPOSIT'], facts: {}, when: 'event.amount > limit', settings: { limit: 500 }, outcome: { severity: 'low', score: 5 }, examples: [{ given: [{ type: 'DEPOSIT', amount: 500 }], then: 'alert' }] };
  const broken = await run(['rules', 'check', '-', '--json'], JSON.stringify(rule));
  expect(broken.code).toBe(EXIT.refused);
  expect(JSON.parse(broken.err)).toMatchObject({ error: { code: 'invalid', errors: [{ path: 'examples[0]' }] } });
  writeFileSync(join(folder, 'rule.json'), JSON.stringify({ ...rule, settings: { limit: 499 } }));
  expect(await run(['rules', 'check', join(folder, 'rule.json')])).toMatchObject({ code: EXIT.ok, out: 'big-deposit is valid; its 1 examples hold.\n' });
  expect((await run(['rules', 'check', '-'], '{')).code).toBe(EXIT.refused);
});

test('rules of payments and bonus changes are checked too; a fault of a condition is told with line and column', async () => {
  const bonus = { kind: 'bonus', id: 'big-bonus', title: 'Big', on: ['activated'], when: 'amount > limit', settings: { limit: 50 }, outcome: { severity: 'low', score: 5 }, examples: [{ given: { amount: 60 }, then: 'match' }] };
  expect(await run(['rules', 'check', '-'], JSON.stringify(bonus))).toMatchObject({ code: EXIT.ok, out: 'big-bonus is valid; its 1 examples hold.\n' });
  const broken = await run(['rules', 'check', '-'], JSON.stringify({ ...bonus, when: 'amount >\n  limits' }));
  expect(broken).toMatchObject({ code: EXIT.refused, err: expect.stringContaining('when (line 2, column 3): ') as string });
  const transaction = { kind: 'transaction', id: 'wires', title: 'Wires', description: 'd', facts: {}, when: 'amount > 100.0', outcome: { code: 450, score: 5 }, examples: [{ given: [{ amount: 2 }], then: 'holds' }] };
  expect(await run(['rules', 'check', '-'], JSON.stringify(transaction))).toMatchObject({ code: EXIT.ok });
  expect(JSON.parse((await run(['rules', 'check', '-', '--json'], JSON.stringify({ ...transaction, examples: [] }))).err)).toMatchObject({ error: { errors: [{ path: 'examples' }] } });
});

test('what rules can ask for is told without a stack', async () => {
  const { code, out } = await run(['rules', 'facts', '--service', 'transaction']);
  expect(code).toBe(EXIT.ok);
  expect(out).toMatch(/transaction +travelSpeed +fact +km\/h/);
  expect(out).not.toContain('gnomes');
  expect(JSON.parse((await run(['rules', 'facts', '--json'])).out).services).toHaveLength(3);
});

test('on kept history only velocity rules are tried, and a rule with faults is refused before anything is read', async () => {
  const clickhouse = { STAKEWATCH_CLICKHOUSE_URL: 'http://127.0.0.1:1' };
  const onHistory = async (definition: object, ...more: string[]) => run(['rules', 'try', '-', '-c', 'acme', '--from', '2026-10-01', '--json', ...more], JSON.stringify(definition), clickhouse);
  const rule = { id: 'big-deposit', title: 'Big', description: 'Large deposits.', per: 'player', on: ['DEPOSIT'], facts: {}, when: 'event.amount > limit', settings: { limit: 500 }, outcome: { severity: 'low', score: 5 } };
  const errorOf = ({ code, out, err }: { code: number; out: string; err: string }) => ({ code, out, ...(JSON.parse(err) as { error: object }) });
  expect(errorOf(await onHistory({ ...rule, kind: 'bonus' }))).toMatchObject({ code: EXIT.refused, out: '', error: { errors: [{ path: 'kind' }] } });
  expect(errorOf(await onHistory({ ...rule, when: 'event.amont > 1' }))).toMatchObject({ code: EXIT.refused, error: { errors: [{ path: 'when' }] } });
  expect(errorOf(await onHistory(rule, '--set', 'limits=5'))).toMatchObject({ code: EXIT.refused, error: { errors: [{ path: expect.stringContaining('limits') as string }] } });
  expect(errorOf(await onHistory(rule))).toMatchObject({ code: EXIT.unavailable, error: { message: expect.stringContaining('ClickHouse at http://127.0.0.1:1 does not answer') as string } });
});

test('a rule is tried through the gateway on what a file holds, each item by its kind', async () => {
  const asked: { url: string; body: unknown; key: unknown }[] = [];
  const gateway = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      asked.push({ url: request.url ?? '', body: JSON.parse(body), key: request.headers['x-api-key'] });
      const refused = body.includes('refuse');
      response.writeHead(refused ? 400 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(refused ? { code: 'INVALID_BODY', message: 'bad', errors: [{ path: 'events[0].amount', message: 'must be an integer' }] } : { service: 'velocity', tried: 1, fired: 1, results: [{ index: 0, id: 'e1', status: 'judged', fired: true, facts: [{ name: 'n', value: 2 }] }] }));
    });
  });
  await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
  const variables = { STAKEWATCH_GATEWAY_URL: `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`, STAKEWATCH_API_KEY: 'sw_live_x' };
  try {
    const tried = await run(['rules', 'try', 'deposit-burst', '-', '--set', 'limit=2'], '{"event_id":"e1"}\n{"txnId":"t"}\n{"transaction_id":"x"}\n', variables);
    expect(tried).toMatchObject({ code: EXIT.ok, err: 'It fires on 1 of 1.\n' });
    expect(tried.out).toMatch(/0 +e1 +judged +true +n=2/);
    expect(asked).toEqual([{ url: '/api/v1/rules/try', key: 'sw_live_x', body: { rule_id: 'deposit-burst', settings: { limit: 2 }, events: [{ event_id: 'e1' }], bonus_changes: [{ txnId: 't' }], transactions: [{ transaction_id: 'x' }] } }]);
    writeFileSync(join(folder, 'try.json'), JSON.stringify({ id: 'refuse' }));
    const refused = await run(['rules', 'try', join(folder, 'try.json'), '-'], '[{"event_id":"e1"}]', variables);
    expect(refused).toMatchObject({ code: EXIT.refused, err: expect.stringContaining('events[0].amount: must be an integer') as string });
    expect(asked[1]?.body).toEqual({ definition: { id: 'refuse' }, settings: {}, events: [{ event_id: 'e1' }] });
    await run(['rules', 'try', 'deposit-burst', '-'], '{"events":[{"event_id":"e1"}],"bonus_changes":[]}', variables);
    expect(asked[2]?.body).toEqual({ rule_id: 'deposit-burst', settings: {}, events: [{ event_id: 'e1' }], bonus_changes: [] });
    expect((await run(['rules', 'try', 'deposit-burst', '-'], '{"event_id"\n', variables)).code).toBe(EXIT.refused);
    expect((await run(['rules', 'try', '-', '-'], '', variables)).code).toBe(EXIT.usage);
  } finally {
    gateway.closeAllConnections();
    gateway.close();
  }
});

test('a release that breaks an earlier one is refused, and an unbroken one gets the next number', async () => {
  const dir = fresh();
  const schema = (type: string, more: object[] = []) => JSON.stringify({ type: 'record', name: 'R', fields: [{ name: 'a', type }, ...more] });
  writeFileSync(join(dir, 'r.avsc'), schema('string'));
  expect(JSON.parse((await run(['schemas', 'release', 'r', '--dir', dir, '--json'])).out)).toEqual({ changed: true, schema: 'r', version: '1' });
  writeFileSync(join(dir, 'r.avsc'), schema('long'));
  expect((await run(['schemas', 'check', '--dir', dir])).code).toBe(EXIT.partial);
  expect((await run(['schemas', 'release', 'r', '--dir', dir])).code).toBe(EXIT.refused);
  writeFileSync(join(dir, 'r.avsc'), schema('string', [{ name: 'b', type: 'int', default: 0 }]));
  expect(JSON.parse((await run(['schemas', 'release', 'r', '--dir', dir, '--json'])).out)).toMatchObject({ version: '2' });
  expect((await run(['schemas', 'check'])).code).toBe(EXIT.ok);
});

test("an analyst's SQL is printed with the hash of the password that is shown, which stands nowhere in it", async () => {
  const url = { STAKEWATCH_CLICKHOUSE_URL: 'http://127.0.0.1:1' };
  const { code, out, err } = await run(['analysts', 'create', '-c', 'acme', '--sql'], '', url);
  expect(code).toBe(EXIT.ok);
  const password = /: ([\w-]{32})$/m.exec(err)?.[1] as string;
  expect(out).toContain(`CREATE USER IF NOT EXISTS \`analyst_acme\` IDENTIFIED WITH sha256_hash BY '${createHash('sha256').update(password).digest('hex')}'`);
  expect(out).not.toContain(password);
  expect(err).toContain('warning: no Kafka is configured, so nobody looked whether there is a company acme.');
  const json = await run(['analysts', 'create', '-c', 'acme', '--sql', '--json'], '', url);
  expect(JSON.parse(json.out)).toMatchObject({ user: 'analyst_acme', password: expect.stringMatching(/^[\w-]{32}$/) as string, statements: expect.any(Array) as string[] });
});

test('a file of broken quotes, or of another form than is read, is told as such: it is no bug', async () => {
  const at = { STAKEWATCH_GATEWAY_URL: 'http://127.0.0.1:1', STAKEWATCH_API_KEY: 'sw_test_x' };
  const quotes = await run(['send', '-'], 'event_id,a"b\n1,2\n', at);
  expect([quotes.code, quotes.err]).toEqual([EXIT.usage, expect.stringMatching(/can't be read: Invalid Opening Quote/)]);
  const list = await run(['send', '-'], '[{"external_event_id":"e"}]', at);
  expect([list.code, list.err]).toEqual([EXIT.refused, expect.stringContaining('one JSON object a line')]);
});
