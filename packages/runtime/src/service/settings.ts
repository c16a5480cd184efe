import { type Static, type TObject, type TProperties, Type } from '@sinclair/typebox';
import addFormats from 'ajv-formats';
import { Ajv } from 'ajv';

/** Settings every service has. Declared once; services add theirs. Read from the environment in main.ts only. */
export const BaseSettings = Type.Object({
  STAKEWATCH_KAFKA_BROKERS: Type.String({ minLength: 1, description: 'Kafka bootstrap servers, host:port, separated by commas.' }),
  STAKEWATCH_SCHEMA_REGISTRY_URL: Type.String({ format: 'uri', description: 'Confluent-compatible schema registry.' }),
  STAKEWATCH_REDIS_URL: Type.String({ pattern: '^rediss?://', description: 'redis:// or rediss:// URL.' }),
  STAKEWATCH_CLICKHOUSE_URL: Type.String({ format: 'uri', description: "ClickHouse's HTTP endpoint." }),
  STAKEWATCH_CLICKHOUSE_USER: Type.String({ default: 'default' }),
  STAKEWATCH_CLICKHOUSE_PASSWORD: Type.String({ default: '' }),
  STAKEWATCH_CLICKHOUSE_DATABASE: Type.String({ pattern: '^[A-Za-z_][A-Za-z0-9_]*$', default: 'stakewatch' }),
  STAKEWATCH_HTTP_HOST: Type.String({ default: '127.0.0.1', description: 'Address that health, metrics and the API listen on.' }),
  STAKEWATCH_HTTP_PORT: Type.Integer({ minimum: 0, maximum: 65_535, description: 'Port of health, metrics and the API; 0 takes a free one.' }),
  STAKEWATCH_LOG_LEVEL: Type.Union(['trace', 'debug', 'info', 'warn', 'error', 'silent'].map((level) => Type.Literal(level)), { default: 'info' }),
  STAKEWATCH_DATA_PARTITIONS: Type.Integer({ minimum: 1, maximum: 10_000, default: 6, description: 'Partitions of data topics that are made anew.' }),
  STAKEWATCH_REPLICATION: Type.Integer({ minimum: 1, maximum: 9, default: 1, description: 'Replication factor of topics that are made anew.' }),
});
export type BaseSettings = Static<typeof BaseSettings>;

/** All faults of the environment at once. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';
  constructor(readonly faults: readonly string[]) {
    super(`the environment is not valid:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/** Checks `environment` against base and own settings; strings are coerced, defaults filled in. @throws {InvalidSettings} */
export function readSettings<P extends TProperties>(own: TObject<P>, environment: NodeJS.ProcessEnv): BaseSettings & Static<TObject<P>> {
  const schema = Type.Object({ ...BaseSettings.properties, ...own.properties });
  const ajv = new Ajv({ allErrors: true, coerceTypes: true, useDefaults: true, strict: false });
  addFormats.default(ajv);
  const known = new Set(Object.keys(schema.properties));
  const values = Object.fromEntries(Object.entries(environment).filter(([name, value]) => known.has(name) && value !== undefined));
  if (!ajv.validate(schema, values)) {
    throw new InvalidSettings((ajv.errors ?? []).map((error) => describe(error.instancePath, error.keyword, error.message, error.params)));
  }
  return values as BaseSettings & Static<TObject<P>>;
}

/** Names the variable and what is wrong; never its value, which may be a secret. */
function describe(path: string, keyword: string, message: string | undefined, params: Record<string, unknown>): string {
  if (keyword === 'required') return `${String(params['missingProperty'])} is missing`;
  return `${path.slice(1)} ${message ?? 'is not valid'}`;
}
