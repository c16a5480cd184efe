import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from './settings';

const root = mkdtempSync(join(tmpdir(), 'stakewatch-cli-'));
const below = join(root, 'a', 'b');
const stack = { gateway: 'http://127.0.0.1:7800', kafka: '127.0.0.1:7801', schemaRegistry: 'http://127.0.0.1:7803', redis: 'redis://127.0.0.1:7804', clickhouse: { url: 'http://127.0.0.1:7805', user: 'u', password: 'p', database: 'd' }, webhookReceiver: '', companies: [{ id: 'acme', name: 'Acme', plan: 'standard', apiKey: 'k', webhookSecret: 's' }], processes: [] };

beforeAll(() => {
  mkdirSync(below, { recursive: true });
  mkdirSync(join(root, '.stakewatch'));
  writeFileSync(join(root, '.stakewatch', 'stack.json'), JSON.stringify(stack));
  writeFileSync(join(root, '.stakewatch', 'secrets.json'), JSON.stringify({ pepper: 'x'.repeat(32) }));
});
afterAll(() => rmSync(root, { recursive: true }));

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
  expect(readSettings({ STAKEWATCH_HOME: join(root, '.stakewatch') }, tmpdir()).stackFile).toBe(join(root, '.stakewatch', 'stack.json'));
  expect(readSettings({ STAKEWATCH_HOME: below }, root).stackFile).toBeNull();
});

test('what is not configured is named with its variable', () => {
  const settings = readSettings({ STAKEWATCH_HOME: below }, below);
  expect(() => settings.need('redis')).toThrow(/STAKEWATCH_REDIS_URL is not set/);
});
