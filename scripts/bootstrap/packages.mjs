import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { differences } from './lockfile.cjs';
import { Missing, quietly, ROOT, say } from './say.mjs';

const LOCK = join(ROOT, 'package-lock.json');
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');
/** The lockfile that the last install of ours was made from. */
const STAMP = join(ROOT, 'node_modules', '.stakewatch-lock-sha256');

/**
 * Installs what the lockfile says when something else is there. Not `npm ci`: npm 11 refuses a lockfile that lacks optional
 * packages of other platforms (docs/decisions/0011-bootstrap.md); what came is compared with the lockfile instead.
 */
export function ensurePackages() {
  if (isInstalled()) return;
  say('installing npm packages');
  // Some packages report their installation to their makers; no call but to the registry leaves the host.
  const env = { ...process.env, SCARF_ANALYTICS: 'false', DO_NOT_TRACK: '1' };
  quietly('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund'], { env });
  const { otherVersion } = differences(packagesOf(LOCK), packagesOf(INSTALLED));
  if (otherVersion.length > 0) throw new Missing(`package.json and package-lock.json disagree; other versions than the lockfile's were installed of ${otherVersion.join(', ')}`);
  writeFileSync(STAMP, lockHash());
}

function isInstalled() {
  if (!existsSync(INSTALLED)) return false;
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === lockHash()) return true;
  const { missing, otherVersion } = differences(packagesOf(LOCK), packagesOf(INSTALLED));
  return missing.length === 0 && otherVersion.length === 0;
}

function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages;
}

function lockHash() {
  return createHash('sha256').update(readFileSync(LOCK)).digest('hex');
}
