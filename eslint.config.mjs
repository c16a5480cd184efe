import tseslint from 'typescript-eslint';

/** What the compiler does not see: promises nobody waits for, and the borders between the parts. */
export default tseslint.config(
  { ignores: ['**/dist/', '**/node_modules/', '.stakewatch/', '**/*.mjs'] },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.base],
    languageOptions: { parserOptions: { project: './tsconfig.lint.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      'no-restricted-imports': ['error', { paths: [{ name: 'kafkajs', message: 'kafkajs stands behind the log port: packages/runtime/src/log.' }] }],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    },
  },
  // Tests belong to no workspace's build; their types are checked by a project of their own.
  {
    files: ['**/*.test.ts', 'services/**/*.suite.ts', 'services/*/src/testing/**/*.ts', 'tests/**/*.ts'],
    rules: { 'no-restricted-imports': 'off' },
  },
  { files: ['packages/runtime/src/{log,control}/**/*.ts'], rules: { 'no-restricted-imports': 'off' } },
);
