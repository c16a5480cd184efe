import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { agrees } from './lockfile.cjs';
import { quietly, ROOT, say } from './say.mjs';

/** `npm ci` when what is installed is not what the lockfile says. Compares contents, because times lie after a checkout. */
export function ensurePackages() {
  const installed = join(ROOT, 'node_modules', '.package-lock.json');
  const lock = readLock(join(ROOT, 'package-lock.json'));
  if (existsSync(installed) && agrees(lock, readLock(installed))) return;
  say('installing npm packages');
  // Some packages report their installation to their makers; no call but to the registry leaves the host.
  quietly('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { env: { ...process.env, SCARF_ANALYTICS: 'false', DO_NOT_TRACK: '1' } });
}

function readLock(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}
