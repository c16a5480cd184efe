import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { StackFile } from '@stakewatch/contracts';
import type { TestStack } from './provider';

const REPOSITORY = resolve(__dirname, '..', '..', '..', '..');

/** The file that tells where the running stack is. */
export function stackFile(environment: NodeJS.ProcessEnv = process.env): StackFile {
  const path = join(environment['STAKEWATCH_HOME'] ?? join(REPOSITORY, '.stakewatch'), 'stack.json');
  if (!existsSync(path)) throw new Error(`${path} is missing: start a stack with "npm run up", or run "npm test", which starts its own`);
  return JSON.parse(readFileSync(path, 'utf8')) as StackFile;
}

export async function localStack(environment: NodeJS.ProcessEnv): Promise<TestStack> {
  const { kafka, schemaRegistry, redis, clickhouse } = stackFile(environment);
  return { kafka, schemaRegistry, redis, clickhouse, close: async () => undefined };
}
