import type { ClickHouseOptions } from './client';

/** The four variables that every service has. @throws {Error} naming all that are missing. */
export function clickHouseFromEnvironment(env: NodeJS.ProcessEnv): ClickHouseOptions {
  const names = ['URL', 'USER', 'PASSWORD', 'DATABASE'].map((name) => `STAKEWATCH_CLICKHOUSE_${name}`);
  const missing = names.filter((name) => env[name] === undefined);
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  const [url, user, password, database] = names.map((name) => env[name] as string) as [string, string, string, string];
  return { url, user, password, database };
}
