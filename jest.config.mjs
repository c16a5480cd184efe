/** One configuration; which tests run is chosen by their ending: .test.ts (unit), .int.test.ts, .e2e.test.ts, .chaos.test.ts, .compose.test.ts. */
const kind = process.env.TEST_KIND ?? 'unit';
/** Integration tests: without TEST_ALONE all of them; `not` those that may run beside others; `only` those that measure time, one by one. */
const int = { not: '(?<!\\.alone)\\.int', only: '\\.alone\\.int' }[process.env.TEST_ALONE] ?? '\\.int';
const endings = { unit: '(?<!\\.(int|e2e|chaos|compose))\\.test\\.ts$', int: `${int}\\.test\\.ts$`, e2e: '\\.e2e\\.test\\.ts$', chaos: '\\.chaos\\.test\\.ts$', compose: '\\.compose\\.test\\.ts$' };
const containers = kind === 'int' && process.env.TEST_STACK === 'containers';

export default {
  rootDir: '.',
  roots: ['<rootDir>/packages', '<rootDir>/services', '<rootDir>/tests'],
  testRegex: [endings[kind]],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/'],
  moduleNameMapper: { '^@stakewatch/([^/]+)$': ['<rootDir>/packages/$1/src', '<rootDir>/services/$1/src'] },
  transform: { '^.+\\.[jt]sx?$': ['@swc/jest', { jsc: { target: 'es2022', parser: { syntax: 'typescript' } }, module: { type: 'commonjs' } }] },
  // Packages that ship as ES modules only; Node itself can require them, jest needs them transformed.
  transformIgnorePatterns: ['/node_modules/(?!(@stablelib|@marcbachmann/cel-js|request-filtering-agent|@platformatic|csv-parse|uuid|fast-check|pure-rand|cli-progress)/)'],
  ...(containers ? { globalSetup: '<rootDir>/packages/testing/src/stack/containers-setup.ts', globalTeardown: '<rootDir>/packages/testing/src/stack/containers-teardown.ts' } : {}),
  testTimeout: kind === 'unit' ? 5_000 : 120_000,
  // Integration tests have companies, topics and ports of their own; those of the whole stack change the one that they share.
  maxWorkers: kind === 'unit' || (kind === 'int' && process.env.TEST_ALONE === 'not') ? 2 : 1,
};
