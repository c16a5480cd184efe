import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { containerStack } from './containers';
import { CONTAINERS_VARIABLE, type TestStack } from './provider';

declare global {
  var stakewatchContainers: TestStack | undefined;
}

const INIT = resolve(__dirname, '..', '..', '..', 'local-stack', 'dist', 'init-main.js');

/** Jest's global setup with TEST_STACK=containers: one set of containers for all test files, since starting them takes longer than most of those. */
export default async function setUp(): Promise<void> {
  const stack = await containerStack();
  try {
    await initialise(stack);
  } catch (error) {
    await stack.close();
    throw error;
  }
  globalThis.stakewatchContainers = stack;
  process.env[CONTAINERS_VARIABLE] = JSON.stringify(stack);
}

/** Topics and tables, as a stack has them that was just started. @throws with what the init job said */
async function initialise({ kafka, schemaRegistry, redis, clickhouse }: TestStack): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'stakewatch-containers-'));
  const env = {
    ...process.env,
    STAKEWATCH_KAFKA_BROKERS: kafka, STAKEWATCH_SCHEMA_REGISTRY_URL: schemaRegistry, STAKEWATCH_REDIS_URL: redis, STAKEWATCH_CLICKHOUSE_URL: clickhouse.url,
    STAKEWATCH_CLICKHOUSE_USER: clickhouse.user, STAKEWATCH_CLICKHOUSE_PASSWORD: clickhouse.password, STAKEWATCH_CLICKHOUSE_DATABASE: clickhouse.database,
    STAKEWATCH_HTTP_PORT: '0', STAKEWATCH_KEY_PEPPER: 'of-integration-tests-in-containers-only', STAKEWATCH_SECRETS_FILE: join(folder, 'secrets.json'), STAKEWATCH_WEBHOOK_RECEIVER_URL: 'http://127.0.0.1:9',
  };
  try {
    await promisify(execFile)(process.execPath, [INIT], { env });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
