import type * as Containers from './containers';
import { localStack } from './local';

/** What integration tests stand on. Both forms give the same shape; tests don't know which they have. */
export interface TestStack {
  /** host:port */
  readonly kafka: string;
  readonly schemaRegistry: string;
  /** redis://host:port */
  readonly redis: string;
  readonly clickhouse: { readonly url: string; readonly user: string; readonly password: string; readonly database: string };
  /** Stops what was started for the test; a running local stack is left alone. */
  close(): Promise<void>;
}

/** TEST_STACK=local (default): the stack in STAKEWATCH_HOME; TEST_STACK=containers: real images, through testcontainers. */
export async function testStack(environment: NodeJS.ProcessEnv = process.env): Promise<TestStack> {
  const form = environment['TEST_STACK'] ?? 'local';
  if (form === 'local') return localStack(environment);
  // Loaded where it is wanted: most tests need no Docker client.
  if (form === 'containers') return (require('./containers') as typeof Containers).containerStack();
  throw new Error(`TEST_STACK is local or containers, not ${form}`);
}
