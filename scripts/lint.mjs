// What the build does not see: the types of the tests, and eslint's rules. Runs both at once, and fails when one does.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ROOT, say } from './bootstrap/say.mjs';

const CHECKS = [
  ['types of the tests', 'typescript/bin/tsc', ['-p', 'tsconfig.tests.json']],
  ['eslint', 'eslint/bin/eslint.js', ['.', '--max-warnings=0']],
];

await Promise.all(CHECKS.map(check));

/** What one of them has to say comes in one piece. */
async function check([what, script, args]) {
  const child = spawn(process.execPath, [join(ROOT, 'node_modules', script), ...args], { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
  const [output, faults, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  say(what);
  process.stdout.write(output + faults);
  if (code !== 0) process.exitCode = 1;
}
