import { containerStack } from './containers';
import { CONTAINERS_VARIABLE, type TestStack } from './provider';

declare global {
  var stakewatchContainers: TestStack | undefined;
}

/** Jest's global setup with TEST_STACK=containers: one set of containers for all test files, since starting them takes longer than most of those. */
export default async function setUp(): Promise<void> {
  const stack = await containerStack();
  globalThis.stakewatchContainers = stack;
  process.env[CONTAINERS_VARIABLE] = JSON.stringify(stack);
}
