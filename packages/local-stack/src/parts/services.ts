import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Layout } from '../layout/home';
import type { PortName } from '../layout/ports';
import type { Secrets } from '../layout/secrets';
import { httpProbe } from '../supervisor/probe';
import type { ProcessStep } from './part';
import { CLICKHOUSE_DATABASE, CLICKHOUSE_USER } from './stores';

/** The services: folder in services/, port, and what each needs before it starts. */
export const SERVICES = [
  { name: 'gateway', port: 'gateway', needs: ['schema-registry', 'redis', 'companies', 'migrations'] },
  { name: 'velocity-detector', port: 'velocityDetector', needs: ['schema-registry', 'redis', 'topics'] },
  { name: 'alert-dispatcher', port: 'alertDispatcher', needs: ['schema-registry', 'redis', 'companies', 'migrations'] },
  { name: 'history-writer', port: 'historyWriter', needs: ['schema-registry', 'migrations', 'topics'] },
  { name: 'transaction-monitor', port: 'transactionMonitor', needs: ['schema-registry', 'redis', 'topics'] },
  { name: 'bonus-scorer', port: 'bonusScorer', needs: ['schema-registry', 'redis', 'topics'] },
] as const satisfies readonly { name: string; port: PortName; needs: readonly string[] }[];

export function serviceParts(layout: Layout, secrets: Secrets): readonly ProcessStep[] {
  return SERVICES.map(({ name, port, needs }) => {
    const base = `http://127.0.0.1:${layout.ports[port]}`;
    return {
      name,
      kind: 'process',
      needs,
      command: process.execPath,
      args: serviceArguments(layout.root, name),
      env: { ...serviceEnvironment(layout, secrets), STAKEWATCH_HTTP_PORT: String(layout.ports[port]) },
      ports: [layout.ports[port]],
      probe: httpProbe(`${base}/readyz`),
      startTimeoutMs: 60_000,
      stopTimeoutMs: 40_000,
      metricsUrl: `${base}/metrics`,
    };
  });
}

/** What node is called with to run a service: the start script of its package, as the image does (deploy/Dockerfile). */
export function serviceArguments(root: string, name: string): readonly string[] {
  const folder = join(root, 'services', name);
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { scripts: { start: string } };
  const [, ...args] = scripts.start.split(' ');
  return args.map((arg) => (arg === 'dist/main.js' ? join(folder, arg) : arg));
}

/** What every service of this stack gets from its environment. */
export function serviceEnvironment({ ports }: Layout, secrets: Secrets): Readonly<Record<string, string>> {
  return {
    STAKEWATCH_KAFKA_BROKERS: `127.0.0.1:${ports.kafka}`,
    STAKEWATCH_SCHEMA_REGISTRY_URL: `http://127.0.0.1:${ports.schemaRegistry}`,
    STAKEWATCH_REDIS_URL: `redis://127.0.0.1:${ports.redis}`,
    STAKEWATCH_CLICKHOUSE_URL: `http://127.0.0.1:${ports.clickhouse}`,
    STAKEWATCH_CLICKHOUSE_USER: CLICKHOUSE_USER,
    STAKEWATCH_CLICKHOUSE_PASSWORD: secrets.clickhousePassword,
    STAKEWATCH_CLICKHOUSE_DATABASE: CLICKHOUSE_DATABASE,
    STAKEWATCH_KEY_PEPPER: secrets.pepper,
    STAKEWATCH_HTTP_HOST: '127.0.0.1',
    STAKEWATCH_WEBHOOK_ALLOW_PRIVATE: '127.0.0.1/32',
  };
}

/** What a part sees of the supervisor's own environment: the system's, and the user's tuning of services, nothing else. */
export function inheritedEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const system = new Set(['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'JAVA_HOME', 'LD_LIBRARY_PATH', 'NODE_ENV']);
  const kept = Object.entries(environment).filter(([name, value]) => value !== undefined && (system.has(name) || name.startsWith('STAKEWATCH_')));
  return Object.fromEntries(kept) as Record<string, string>;
}
