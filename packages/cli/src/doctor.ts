import type { LogAdmin } from '@stakewatch/runtime';
import { TOPICS } from '@stakewatch/contracts';
import { addressOf, connectFault } from './probe';
import type { Session } from './session';

/** One thing that must be right, and what to do when it is not. */
export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** Null when it is well. */
  readonly todo: string | null;
}

const TIMEOUT_MS = 5_000;
const START = 'Start it: npm run up (local stack), then look into .stakewatch/logs.';

type Probe = () => Promise<{ detail: string; todo?: string } | { fault: string; todo: string }>;

/** Every check, all at the same time; none throws. */
export async function examine(session: Session): Promise<Check[]> {
  const probes: [string, Probe][] = [
    ['node', node],
    ['stack file', () => stackFile(session)],
    ['kafka', () => kafka(session)],
    ['topics', () => topics(session)],
    ['schema registry', () => schemaRegistry(session)],
    ['redis', () => redis(session)],
    ['clickhouse', () => clickhouse(session)],
    ['gateway', () => gateway(session)],
    ...(session.settings.stack?.processes ?? []).map(({ name, pid }): [string, Probe] => [`process ${name}`, () => alive(pid)]),
  ];
  return Promise.all(
    probes.map(async ([name, probe]) => {
      try {
        const found = await probe();
        return 'fault' in found ? { name, ok: false, detail: found.fault, todo: found.todo } : { name, ok: true, detail: found.detail, todo: null };
      } catch (error) {
        return { name, ok: false, detail: (error as Error).message, todo: (error as { hint?: string }).hint ?? START };
      }
    }),
  );
}

async function node() {
  const [major = 0] = process.versions.node.split('.').map(Number);
  return major >= 20 ? { detail: process.version } : { fault: process.version, todo: 'Install Node.js 20.19.4 or newer.' };
}

async function stackFile({ settings: { stackFile: path } }: Session) {
  return { detail: path ?? 'none; everything comes from the environment' };
}

async function kafka({ settings }: Session) {
  const brokers = settings.need('kafka');
  const faults = await Promise.all(brokers.map(async (broker) => {
    const { host, port } = addressOf(broker, 9092);
    const fault = await connectFault(host, port);
    return fault === null ? null : `${broker}: ${fault}`;
  }));
  const down = faults.filter((fault) => fault !== null);
  return down.length === 0 ? { detail: brokers.join(', ') } : { fault: down.join('; '), todo: START };
}

async function topics(session: Session) {
  const admin = await (await session.log()).admin();
  const names = Object.values(TOPICS).map(({ name }) => name);
  const missing = (await Promise.all(names.map((name) => exists(admin, name)))).flatMap((there, index) => (there ? [] : [names[index] as string]));
  return missing.length === 0 ? { detail: `${names.length} topics` } : { fault: `missing: ${missing.join(', ')}`, todo: 'Start any service once: it creates the topics that are missing.' };
}

async function exists(admin: LogAdmin, topic: string): Promise<boolean> {
  try {
    return (await admin.partitionCount(topic)) > 0;
  } catch (error) {
    if ((error as { type?: string }).type === 'UNKNOWN_TOPIC_OR_PARTITION') return false;
    throw error;
  }
}

async function schemaRegistry({ settings }: Session) {
  const url = settings.need('schemaRegistry');
  const subjects = (await (await get(`${url}/subjects`)).json()) as string[];
  return { detail: `${url}, ${subjects.length} subjects` };
}

async function redis({ settings }: Session) {
  const url = settings.need('redis');
  const { host, port } = addressOf(url, 6379);
  const fault = await connectFault(host, port);
  if (fault !== null) return { fault: `${host}:${port}: ${fault}`, todo: START };
  const { createLogger, createRedis } = await import('@stakewatch/runtime');
  const client = createRedis(url, createLogger('stakewatch-cli', 'silent'), 'stakewatch-doctor');
  try {
    await client.ping();
    const policy = /maxmemory_policy:(\S+)/.exec(await client.info('memory'))?.[1] ?? 'unknown';
    const detail = `${host}:${port}, maxmemory-policy ${policy}`;
    return policy.startsWith('noeviction') ? { detail } : { fault: detail, todo: 'Set maxmemory-policy noeviction: an evicted state is a wrong count.' };
  } finally {
    client.disconnect();
  }
}

async function clickhouse({ settings }: Session) {
  const { url, user, password, database } = settings.need('clickhouse');
  const query = new URLSearchParams({ database, query: "SELECT count() FROM system.tables WHERE database = currentDatabase()" });
  const tables = (await (await get(`${url}/?${query}`, { 'x-clickhouse-user': user, 'x-clickhouse-key': password })).text()).trim();
  return { detail: `${url}, database ${database}, ${tables} tables` };
}

async function gateway({ settings }: Session) {
  const url = settings.need('gateway');
  await get(`${url}/readyz`);
  return { detail: `${url} is ready` };
}

async function alive(pid: number) {
  try {
    process.kill(pid, 0);
    return { detail: `pid ${pid}` };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EPERM') return { detail: `pid ${pid}` };
    return { fault: `pid ${pid} is gone`, todo: 'The supervisor brings it back within seconds; if not: npm run down && npm run up.' };
  }
}

async function get(url: string, headers: Record<string, string> = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) });
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    throw new Error(`${new URL(url).origin}: ${cause?.code ?? message}`, { cause: error });
  }
  if (!response.ok) throw new Error(`${new URL(url).origin} answers ${response.status}: ${(await response.text()).slice(0, 200)}`);
  return response;
}
