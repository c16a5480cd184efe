import type { FrontOptions } from './front';

const MB = 1_048_576;
const PREFIX = 'STAKEWATCH_CLICKHOUSE_FRONT_';

/** @throws {Error} that names every fault of the environment at once. */
export function readFrontSettings(env: NodeJS.ProcessEnv): FrontOptions {
  const faults: string[] = [];
  const text = (name: string): string => {
    const value = env[PREFIX + name] ?? '';
    if (value === '') faults.push(`${PREFIX}${name} is required`);
    return value;
  };
  const integer = (name: string, least: number, otherwise?: number): number => {
    const raw = env[PREFIX + name];
    if (raw === undefined || raw === '') {
      if (otherwise === undefined) faults.push(`${PREFIX}${name} is required`);
      return otherwise ?? 0;
    }
    if (!/^\d{1,9}$/.test(raw) || Number(raw) < least) faults.push(`${PREFIX}${name} must be an integer >= ${least}`);
    return Number(raw);
  };
  const options = {
    host: env[`${PREFIX}HOST`] ?? '127.0.0.1',
    port: integer('PORT', 0),
    dataFolder: text('DATA_DIR'),
    users: users(env, text),
    maxBodyBytes: integer('MAX_BODY_MB', 1, 512) * MB,
    maxResultBytes: integer('MAX_RESULT_MB', 1, 4_096) * MB,
    maxQueryMemoryBytes: integer('MAX_QUERY_MEMORY_MB', 64, 1_024) * MB,
    concurrency: integer('CONCURRENCY', 1, 8),
    maxWaiting: integer('MAX_WAITING', 0, 256),
  };
  if (/[*?{}\n]/.test(options.dataFolder)) faults.push(`${PREFIX}DATA_DIR must not contain *, ?, { or }`);
  if (faults.length > 0) throw new Error(faults.join('; '));
  return options;
}

function users(env: NodeJS.ProcessEnv, text: (name: string) => string): FrontOptions['users'] {
  const admin = { name: text('USER'), password: text('PASSWORD'), readOnly: false };
  const reader = env[`${PREFIX}READER_USER`];
  return reader ? [admin, { name: reader, password: text('READER_PASSWORD'), readOnly: true }] : [admin];
}
