import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { testFolder } from '@stakewatch/testing';
import { readSettings } from './settings';

const { path: root, fresh } = testFolder();
const below = join(root, 'a', 'b');
const stack = { gateway: 'http://127.0.0.1:7800', kafka: '127.0.0.1:7801', schemaRegistry: 'http://127.0.0.1:7803', redis: 'redis://127.0.0.1:7804', clickhouse: { url: 'http://127.0.0.1:7805', user: 'u', password: 'p', database: 'd' }, webhookReceiver: '', companies: [{ id: 'acme', name: 'Acme', plan: 'standard', apiKey: 'k', webhookSecret: 's' }], processes: [] };

beforeAll(() => {
  mkdirSync(below, { recursive: true });
  mkdirSync(join(root, '.stakewatch'));
  writeFileSync(join(root, '.stakewatch', 'stack.json'), JSON.stringify(stack));
  writeFileSync(join(root, '.stakewatch', 'secrets.json'), JSON.stringify({ pepper: 'x'.repeat(32) }));
});

test('the local stack is found from any folder below it', () => {
  const settings = readSettings({}, below);
  expect(settings.need('kafka')).toEqual(['127.0.0.1:7801']);
  expect(settings.need('clickhouse').database).toBe('d');
  expect(settings.need('pepper')).toBe('x'.repeat(32));
  expect(settings.company('acme')?.apiKey).toBe('k');
});

test('the environment comes first', () => {
  const settings = readSettings({ STAKEWATCH_KAFKA_BROKERS: 'a:1, b:2', STAKEWATCH_GATEWAY_URL: 'https://gw.example/' }, below);
  expect(settings.need('kafka')).toEqual(['a:1', 'b:2']);
  expect(settings.need('gateway')).toBe('https://gw.example');
});

test('STAKEWATCH_HOME names the folder itself', () => {
  expect(readSettings({ STAKEWATCH_HOME: join(root, '.stakewatch') }, '/').stackFile).toBe(join(root, '.stakewatch', 'stack.json'));
  expect(readSettings({ STAKEWATCH_HOME: below }, root).stackFile).toBeNull();
});

test('what is not configured is named with its variable', () => {
  const settings = readSettings({ STAKEWATCH_HOME: below }, below);
  expect(() => settings.need('redis')).toThrow(/STAKEWATCH_REDIS_URL is not set/);
});

test.each([
  ['STAKEWATCH_GATEWAY_URL', 'gateway', ['localhost:7800', 'gw.example/api', 'ftp://gw.example', 'http://'], ['http://localhost:7800', 'https://gw.example/sub/']],
  ['STAKEWATCH_CLICKHOUSE_URL', 'clickhouse', ['clickhouse:8123', 'native://x'], ['http://u:p@clickhouse:8123']],
  ['STAKEWATCH_REDIS_URL', 'redis', ['localhost:6379', 'http://redis:6379', 'http://:s3cret@redis'], ['redis://:secret@redis:6379/2', 'rediss://redis']],
  ['STAKEWATCH_SCHEMA_REGISTRY_URL', 'schemaRegistry', ['registry'], ['http://registry:8081']],
  ['STAKEWATCH_KAFKA_BROKERS', 'kafka', ['http://kafka:9092', 'a:1,,b:2', 'a:b', 'a b:1'], ['kafka', 'a:1, b:2', '[::1]:9092']],
] as const)('%s says what it must be, and not what it is', (variable, name, wrong, right) => {
  for (const value of wrong) expect(() => readSettings({ [variable]: value }, below).need(name)).toThrow(new RegExp(`^${variable} must be`));
  for (const value of right) expect(() => readSettings({ [variable]: value }, below).need(name)).not.toThrow();
});

test('a value that is wrong is not told, for it may hold a password', () => {
  expect(() => readSettings({ STAKEWATCH_REDIS_URL: 'http://:s3cret@redis' }, below).need('redis')).not.toThrow('s3cret');
});

test.each([['[]', 'everything'], ['{}', 'gateway, kafka, schemaRegistry, redis, clickhouse, companies, processes'], [JSON.stringify({ ...stack, companies: {}, processes: [{ name: 'gateway' }] }), 'companies, processes'], ['{', "can't be read"]])('a stack.json of %s is told as such', (text, told) => {
  const home = fresh();
  writeFileSync(join(home, 'stack.json'), text);
  expect(() => readSettings({ STAKEWATCH_HOME: home }, root)).toThrow(told);
});
