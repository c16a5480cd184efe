import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Layout } from '@stakewatch/local-stack';

const run = promisify(execFile);
export const LIMIT_TOPIC = 'bench.limit';
const RECORD_BYTES = 300;

function java(layout: Layout, main: string, args: readonly string[]) {
  return run(process.env['JAVA_HOME'] ? join(process.env['JAVA_HOME'], 'bin', 'java') : 'java', ['-Xmx512m', '-cp', join(layout.kafkaLibs, '*'), main, ...args], { maxBuffer: 1 << 24 });
}

/** The topic that Kafka's own tool writes to: as many partitions as the data topics have. */
export const createLimitTopic = (layout: Layout, partitions: number): Promise<void> => createTopic(layout, LIMIT_TOPIC, partitions);

/** A topic of the bench's own, unless it is there. */
export async function createTopic(layout: Layout, topic: string, partitions: number): Promise<void> {
  await java(layout, 'org.apache.kafka.tools.TopicCommand', ['--bootstrap-server', `127.0.0.1:${layout.ports.kafka}`, '--create', '--if-not-exists', '--topic', topic, '--partitions', String(partitions), '--replication-factor', '1']);
}

/** Kafka's own ProducerPerformance: 300-byte records, acks=all, no throttle. Records per second. */
export async function producerPerformance(layout: Layout, records: number): Promise<number> {
  const { stdout } = await java(layout, 'org.apache.kafka.tools.ProducerPerformance', [
    '--topic', LIMIT_TOPIC, '--num-records', String(records), '--record-size', String(RECORD_BYTES), '--throughput', '-1',
    '--producer-props', `bootstrap.servers=127.0.0.1:${layout.ports.kafka}`, 'acks=all',
  ]);
  const total = stdout.trim().split('\n').at(-1) ?? '';
  const rate = /([\d.]+) records\/sec/.exec(total)?.[1];
  if (rate === undefined) throw new Error(`ProducerPerformance printed no rate: ${total}`);
  return Number(rate);
}
