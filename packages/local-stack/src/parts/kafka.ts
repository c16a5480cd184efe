import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Layout } from '../layout/home';
import { kafkaProbe } from '../supervisor/probe';
import type { ProcessStep } from './part';

const HEAP = ['-Xms128m', '-Xmx512m'];
const GC = ['-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:+ExplicitGCInvokesConcurrent'];

/** Apache Kafka in KRaft mode: broker and controller in one process, on 127.0.0.1 only. */
export function kafkaPart(layout: Layout): ProcessStep {
  const folder = join(layout.home, 'kafka');
  const properties = join(folder, 'server.properties');
  const java = javaCommand(process.env);
  const common = ['-cp', join(layout.kafkaLibs, '*'), `-Dlog4j2.configurationFile=${join(layout.root, 'packages/local-stack/kafka/log4j2.properties')}`];
  return {
    name: 'kafka',
    kind: 'process',
    needs: [],
    command: java,
    args: [...HEAP, ...GC, ...common, 'kafka.Kafka', properties],
    env: {},
    ports: [layout.ports.kafka, layout.ports.kafkaController],
    probe: kafkaProbe(layout.ports.kafka),
    startTimeoutMs: 90_000,
    stopTimeoutMs: 30_000,
    metricsUrl: null,
    prepare: () => prepareStorage(layout, folder, properties, [java, ...common]),
  };
}

export function serverProperties(layout: Layout): Readonly<Record<string, string>> {
  const { kafka, kafkaController } = layout.ports;
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${kafkaController}`,
    'controller.listener.names': 'CONTROLLER',
    listeners: `PLAINTEXT://127.0.0.1:${kafka},CONTROLLER://127.0.0.1:${kafkaController}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${kafka}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(layout.home, 'kafka', 'data'),
    'auto.create.topics.enable': 'false',
    'offsets.topic.replication.factor': '1',
    'offsets.topic.num.partitions': '8',
    'transaction.state.log.replication.factor': '1',
    'transaction.state.log.min.isr': '1',
    'transaction.state.log.num.partitions': '4',
    'share.coordinator.state.topic.replication.factor': '1',
    'share.coordinator.state.topic.min.isr': '1',
    // A lone broker has nobody to wait for when a group forms.
    'group.initial.rebalance.delay.ms': '0',
    // After kill -9 the broker may register again only when its old session is over.
    'broker.session.timeout.ms': '6000',
    'broker.heartbeat.interval.ms': '500',
    'log.segment.bytes': String(128 * 1024 * 1024),
    // Kafka's own 128 MiB fill a third of the heap for good, so that the collector marks all of it every few seconds; this is enough
    // for some 600,000 keys of a compacted topic at a time.
    'log.cleaner.dedupe.buffer.size': String(16 * 1024 * 1024),
  };
}

export function javaCommand(environment: NodeJS.ProcessEnv): string {
  return environment['JAVA_HOME'] ? join(environment['JAVA_HOME'], 'bin', 'java') : 'java';
}

/** One argument, because an id may begin with a dash. */
function clusterIdOption(): string {
  return `--cluster-id=${randomBytes(16).toString('base64url')}`;
}

/**
 * Writes the configuration (ports may have changed) and formats the storage once. The tool writes meta.properties last, so a
 * format that was cut off is done again; one that was finished never is.
 */
async function prepareStorage(layout: Layout, folder: string, properties: string, [java, ...common]: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  const lines = Object.entries(serverProperties(layout)).map(([name, value]) => `${name}=${value}`);
  writeFileSync(properties, `${lines.join('\n')}\n`);
  if (existsSync(join(folder, 'data', 'meta.properties'))) return;
  if (!existsSync(layout.kafkaLibs)) throw new Error(`Kafka's jars are missing in ${layout.kafkaLibs}; start through "npm start" or "npm run up", which fetch them`);
  await promisify(execFile)(java ?? 'java', [...common, 'kafka.tools.StorageTool', 'format', '--ignore-formatted', clusterIdOption(), '--config', properties]);
}
