import { join } from 'node:path';
import type { Layout } from '../layout/home';
import type { Secrets } from '../layout/secrets';
import { httpProbe } from '../supervisor/probe';
import type { ProcessStep } from './part';

export const CLICKHOUSE_USER = 'stakewatch';
export const CLICKHOUSE_DATABASE = 'stakewatch';

/** ClickHouse's engine behind its HTTP protocol. */
export function clickhousePart(layout: Layout, secrets: Secrets): ProcessStep {
  const port = layout.ports.clickhouse;
  return ownPart(layout, 'clickhouse', 'clickhouse-front', [], port, '/ping', {
    STAKEWATCH_CLICKHOUSE_FRONT_PORT: String(port),
    STAKEWATCH_CLICKHOUSE_FRONT_USER: CLICKHOUSE_USER,
    STAKEWATCH_CLICKHOUSE_FRONT_PASSWORD: secrets.clickhousePassword,
    STAKEWATCH_CLICKHOUSE_FRONT_DATA_DIR: join(layout.home, 'clickhouse'),
  });
}

/** A receiver that verifies and keeps what it gets, so that webhooks can be seen without a server of one's own. */
export function webhookReceiverPart(layout: Layout): ProcessStep {
  const port = layout.ports.webhookReceiver;
  return ownPart(layout, 'webhook-receiver', 'webhook-receiver', [], port, '/healthz', {
    STAKEWATCH_WEBHOOK_RECEIVER_PORT: String(port),
    STAKEWATCH_WEBHOOK_RECEIVER_SECRETS_FILE: layout.secretsFile,
    STAKEWATCH_WEBHOOK_RECEIVER_FILE: join(layout.home, 'webhook-deliveries.ndjson'),
  });
}

export function schemaRegistryPart(layout: Layout): ProcessStep {
  const port = layout.ports.schemaRegistry;
  return ownPart(layout, 'schema-registry', 'schema-registry', ['topics'], port, '/readyz', {
    STAKEWATCH_SCHEMA_REGISTRY_PORT: String(port),
    STAKEWATCH_KAFKA_BROKERS: `127.0.0.1:${layout.ports.kafka}`,
  });
}

function ownPart(layout: Layout, name: string, folder: string, needs: readonly string[], port: number, ready: string, env: Record<string, string>): ProcessStep {
  const base = `http://127.0.0.1:${port}`;
  return {
    name,
    kind: 'process',
    needs,
    command: process.execPath,
    args: [join(layout.root, 'packages/local-stack/dist', folder, 'main.js')],
    env,
    ports: [port],
    probe: httpProbe(`${base}${ready}`),
    startTimeoutMs: 60_000,
    stopTimeoutMs: 30_000,
    metricsUrl: `${base}/metrics`,
  };
}
