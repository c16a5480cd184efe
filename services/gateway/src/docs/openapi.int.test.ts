import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@stakewatch/testing';
import { openApiDocument } from './openapi';

const run = promisify(execFile);
const { path: folder } = testFolder();

test('Redocly finds nothing to complain about', async () => {
  await writeFile(join(folder, 'openapi.json'), JSON.stringify(openApiDocument('1.0.0')));
  const cli = join(dirname(require.resolve('@redocly/cli/package.json')), 'bin', 'cli.js');
  // Document 003 itself ends its path with a slash. With problems it ends with code 1, and says in the same JSON which they are.
  const { stdout } = await run(process.execPath, [cli, 'lint', '--format=json', '--skip-rule=no-path-trailing-slash', 'openapi.json'], { cwd: folder, env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' } }).catch((error: { stdout: string }) => error);
  expect(JSON.parse(stdout.slice(stdout.indexOf('{')))).toMatchObject({ totals: { errors: 0, warnings: 0 }, problems: [] });
});
