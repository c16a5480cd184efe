import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quietly, ROOT, say } from './say.mjs';

const POM = join(ROOT, 'packages/local-stack/kafka/pom.xml');
const LIBS = join(ROOT, '.stakewatch/kafka/libs');
const STAMP = '.pom-sha256';

/** Fetches Kafka's jars from Maven Central once per pom. The folder appears whole or not at all. */
export function ensureKafkaJars() {
  if (kafkaJarsAreThere()) return;
  say('fetching Kafka from Maven Central');
  const fetched = `${LIBS}.${process.pid}`;
  mkdirSync(fetched, { recursive: true });
  quietly('mvn', ['-q', '-B', '-f', POM, 'dependency:copy-dependencies', `-DoutputDirectory=${fetched}`, '-DincludeScope=runtime']);
  writeFileSync(join(fetched, STAMP), pomHash());
  const old = `${LIBS}.old.${process.pid}`;
  if (existsSync(LIBS)) renameSync(LIBS, old);
  renameSync(fetched, LIBS);
  rmSync(old, { recursive: true, force: true });
}

export function kafkaJarsAreThere() {
  const stamp = join(LIBS, STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === pomHash();
}

function pomHash() {
  return createHash('sha256').update(readFileSync(POM)).digest('hex');
}
