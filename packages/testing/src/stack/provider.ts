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

/** Where the containers of this run are, as JSON: set by containers-setup.ts. */
export const CONTAINERS_VARIABLE = 'TEST_STACK_CONTAINERS';

/** TEST_STACK=local (default): the stack in STAKEWATCH_HOME; TEST_STACK=containers: real images, started once for all tests of a run. */
export async function testStack(environment: NodeJS.ProcessEnv = process.env): Promise<TestStack> {
  const form = environment['TEST_STACK'] ?? 'local';
  if (form === 'local') return localStack(environment);
  if (form === 'containers') return startedContainers(environment[CONTAINERS_VARIABLE]);
  throw new Error(`TEST_STACK is local or containers, not ${form}`);
}

function startedContainers(places: string | undefined): TestStack {
  if (places === undefined) throw new Error(`${CONTAINERS_VARIABLE} is missing: integration tests start containers in jest's global setup`);
  return { ...(JSON.parse(places) as Omit<TestStack, 'close'>), close: async () => undefined };
}
