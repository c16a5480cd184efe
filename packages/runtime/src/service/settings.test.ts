import { Type } from '@sinclair/typebox';
import { InvalidSettings, readSettings } from './settings';

const good = {
  STAKEWATCH_KAFKA_BROKERS: '127.0.0.1:9092',
  STAKEWATCH_SCHEMA_REGISTRY_URL: 'http://127.0.0.1:8081',
  STAKEWATCH_REDIS_URL: 'redis://127.0.0.1:6379',
  STAKEWATCH_CLICKHOUSE_URL: 'http://127.0.0.1:8123',
  STAKEWATCH_HTTP_PORT: '8080',
};
const own = Type.Object({ STAKEWATCH_KEY_PEPPER: Type.String({ minLength: 32 }) });

test('values are read by their types, and defaults filled in', () => {
  const settings = readSettings(Type.Object({}), good);
  expect(settings.STAKEWATCH_HTTP_PORT).toBe(8080);
  expect(settings.STAKEWATCH_DATA_PARTITIONS).toBe(6);
  expect(settings.STAKEWATCH_LOG_LEVEL).toBe('info');
});

test('all faults are told at once, by name and without values', () => {
  const read = () => readSettings(own, { ...good, STAKEWATCH_HTTP_PORT: 'eighty', STAKEWATCH_KEY_PEPPER: 'short-secret', STAKEWATCH_REDIS_URL: '' });
  expect(read).toThrow(InvalidSettings);
  expect(read).toThrow(/STAKEWATCH_HTTP_PORT[^]*STAKEWATCH_KEY_PEPPER|STAKEWATCH_KEY_PEPPER[^]*STAKEWATCH_HTTP_PORT/);
  expect(read).toThrow(/STAKEWATCH_REDIS_URL/);
  expect(read).not.toThrow(/short-secret/);
});

test('what is missing is named', () => {
  expect(() => readSettings(own, {})).toThrow(/STAKEWATCH_KEY_PEPPER is missing/);
});
