import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** Something that a person has to put right; its message says how. */
export class Missing extends Error {}

export function say(text) {
  console.log(`· ${text}`);
}

export function mustHaveNode() {
  const wanted = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).engines.node.replace('>=', '');
  const [have, need] = [process.versions.node, wanted].map((version) => version.split('.').map(Number));
  const older = have.findIndex((part, at) => part !== need[at]);
  if (older >= 0 && have[older] < need[older]) throw new Missing(`Node ${wanted} or newer is needed; this is ${process.versions.node}`);
}

/** Runs quietly; what it printed is shown only when it failed. @throws {Missing} */
export function quietly(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, ...options });
  if (status === 0) return stdout;
  throw new Missing(`${command} ${args.join(' ')} failed${error ? `: ${error.message}` : ''}\n${stdout ?? ''}${stderr ?? ''}`);
}

/** Null when the command is not there or fails; else all it printed. */
export function outputOf(command, args) {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return status === 0 ? `${stdout}${stderr}` : null;
}
