import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { quietly, ROOT, say } from './say.mjs';

const POM = join(ROOT, 'packages/local-stack/kafka/pom.xml');
const LIBS = join(ROOT, '.stakewatch/kafka/libs');
const STAMP = '.pom-sha256';

/** Fetches Kafka's jars from Maven Central once per pom. The folder appears whole or not at all. */
export function ensureKafkaJars() {
  if (kafkaJarsAreThere()) return;
  say('fetching Kafka from Maven Central');
  removeLeftovers(dirname(LIBS));
  const fetched = `${LIBS}.${process.pid}`;
  mkdirSync(fetched, { recursive: true });
  quietly('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`, '-DincludeScope=runtime']);
  writeFileSync(join(fetched, STAMP), pomHash());
  const old = `${LIBS}.old.${process.pid}`;
  if (existsSync(LIBS)) renameSync(LIBS, old);
  renameSync(fetched, LIBS);
  rmSync(old, { recursive: true, force: true });
}

/** Folders of fetches that were interrupted (Ctrl-C, kill -9): named by a process that is there no more. Exported for its test. */
export function removeLeftovers(folder) {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    const pid = /^libs(?:\.old)?\.(\d+)$/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

export function kafkaJarsAreThere() {
  const stamp = join(LIBS, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === pomHash();
}

function pomHash() {
  return createHash('sha256').update(readFileSync(POM)).digest('hex');
}
