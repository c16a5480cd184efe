// What the build does not see: the types of the tests, and eslint's rules. Runs both, and fails when one does.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT, say } from './bootstrap/say.mjs';

const CHECKS = [
  ['types of the tests', 'typescript/bin/tsc', ['-p', 'tsconfig.tests.json']],
  ['eslint', 'eslint/bin/eslint.js', ['.', '--max-warnings=0']],
];

for (const [what, script, args] of CHECKS) {
  say(what);
  const { status } = spawnSync(process.execPath, [join(ROOT, 'node_modules', script), ...args], { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
