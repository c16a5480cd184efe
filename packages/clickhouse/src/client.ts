import { type ClickHouseClient, ClickHouseError, createClient } from '@clickhouse/client';

export interface ClickHouseOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Milliseconds until a request is given up; the server may still finish it. Default 30 s. */
  readonly requestTimeoutMs?: number;
  readonly maxConnections?: number;
}

/** The client as every part uses it. Works with clickhouse-server and with the local front alike. */
export function createClickHouse(options: ClickHouseOptions): ClickHouseClient {
  return createClient({
    url: options.url,
    username: options.user,
    password: options.password,
    database: options.database,
    request_timeout: options.requestTimeoutMs ?? 30_000,
    max_open_connections: options.maxConnections ?? 10,
    application: 'stakewatch',
    keep_alive: { enabled: true, idle_socket_ttl: 2_500 },
    compression: { response: false, request: false },
    log: { LoggerClass: Silent },
  });
}

/** The exception code that ClickHouse answered with; null for anything else (network, timeout). */
export function exceptionCode(error: unknown): number | null {
  return error instanceof ClickHouseError && /^\d+$/.test(error.code) ? Number(error.code) : null;
}

/** Errors reach the caller; the client's own console lines would repeat them outside the service's JSON log. */
class Silent {
  trace(): void {}
  debug(): void {}
  info(): void {}
  warn(): void {}
  error(): void {}
}
