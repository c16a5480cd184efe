import type { StackCompany, StackFile, StackProcess } from '@stakewatch/contracts';
import { CLICKHOUSE_DATABASE, CLICKHOUSE_USER } from '../parts/stores';
import type { Ports } from './ports';

/** What stack.json says. Pure. */
export function stackFileOf(ports: Ports, clickhousePassword: string, companies: readonly StackCompany[], processes: readonly StackProcess[]): StackFile {
  const http = (port: number) => `http://127.0.0.1:${port}`;
  return {
    gateway: http(ports.gateway),
    kafka: `127.0.0.1:${ports.kafka}`,
    schemaRegistry: http(ports.schemaRegistry),
    redis: `redis://127.0.0.1:${ports.redis}`,
    clickhouse: { url: http(ports.clickhouse), user: CLICKHOUSE_USER, password: clickhousePassword, database: CLICKHOUSE_DATABASE },
    webhookReceiver: http(ports.webhookReceiver),
    companies,
    processes,
  };
}
