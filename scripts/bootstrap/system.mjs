import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { kafkaJarsAreThere } from './kafka-jars.mjs';
import { Missing, outputOf, quietly, say } from './say.mjs';

const LEAST_JAVA = 17;
/** The oldest that Kafka runs on first; newer releases of Debian no longer have it. */
const JAVA_PACKAGES = ['openjdk-17-jre-headless', 'openjdk-21-jre-headless', 'openjdk-25-jre-headless', 'default-jre-headless'];

/** Java, Redis and (to fetch Kafka) Maven: installed by apt when root, else told to the person. `compose`: also what checks docker-compose.yml. */
export function ensureSystem({ compose }) {
  const missing = [
    ...(javaVersion() >= LEAST_JAVA ? [] : [JAVA_PACKAGES]),
    ...(kafkaJarsAreThere() || outputOf('mvn', ['--version']) ? [] : [['maven']]),
    ...(outputOf('redis-server', ['--version']) ? [] : [['redis-server']]),
    ...(!compose || hasCompose() ? [] : [['docker-compose']]),
  ];
  if (missing.length === 0) return;
  if (!outputOf('apt-get', ['--version'])) throw new Missing(`missing: ${missing.map(([first]) => first).join(', ')}; install Java ${LEAST_JAVA} or newer, Maven and redis-server, then try again`);
  if (process.getuid?.() !== 0) throw new Missing(`missing: install with\n  sudo apt-get update && sudo apt-get install --no-install-recommends ${missing.map(([first]) => first).join(' ')}\nthen try again`);
  install(missing);
}

function install(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  say('updating the list of system packages');
  quietly('apt-get', ['update', '-qq'], { env });
  const chosen = missing.map((alternatives) => alternatives.find(isAvailable) ?? alternatives[0]);
  say(`installing ${chosen.join(', ')}`);
  // Slim images lack this folder, and Java's package fails without it.
  mkdirSync('/usr/share/man/man1', { recursive: true });
  quietly('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...chosen], { env });
}

function isAvailable(name) {
  return /Candidate: (?!\(none\))/.test(outputOf('apt-cache', ['policy', name]) ?? '');
}

function javaVersion() {
  const home = process.env.JAVA_HOME;
  const command = home && existsSync(join(home, 'bin', 'java')) ? join(home, 'bin', 'java') : 'java';
  return Number(/version "(\d+)/.exec(outputOf(command, ['-version']) ?? '')?.[1] ?? 0);
}

function hasCompose() {
  return outputOf('docker', ['compose', 'version']) !== null || outputOf('docker-compose', ['version']) !== null;
}
