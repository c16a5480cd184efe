import { spawnSync } from 'node:child_process';
import { Missing } from './say.mjs';

/** @throws {Missing} when no daemon answers, or the docker command has no compose. */
export function mustHaveDocker() {
  const daemon = run('info', '--format', '{{.ServerVersion}}');
  // Without a daemon `docker info` may end with 0, having printed an empty version.
  if (daemon.status !== 0 || daemon.stdout.trim() === '') throw new Missing(`no Docker daemon answers; start one, or say where it is by DOCKER_HOST\n${daemon.error?.message ?? daemon.stderr}`.trimEnd());
  if (run('compose', 'version').status !== 0) throw new Missing('the docker command has no compose (version 2): install its plugin, docker-compose-plugin or docker-compose-v2');
}

function run(...args) {
  return spawnSync('docker', args, { encoding: 'utf8' });
}
