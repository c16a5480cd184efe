import './containers-setup';

/** Jest's global teardown with TEST_STACK=containers. */
export default async function tearDown(): Promise<void> {
  await globalThis.stakewatchContainers?.close();
}
