import { deadLetterTopic, TOPICS, type TopicDeclaration } from '@stakewatch/contracts';
import type { LogClient, LogRecord, OutgoingRecord } from '@stakewatch/runtime';
import { CliError, usageError } from './cli-error';
import { EXIT } from './exit-codes';
import { readWhole } from './read-topic';
import { didYouMean } from './suggest';

/** A record that a service could not process, as its dead-letter topic keeps it. Two services that refuse one record make two. */
export interface DeadLetter {
  /** Where the record stood: it is named by this, since its copies differ in nothing else. */
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly uuid: string | null;
  readonly service: string;
  readonly reason: string;
  readonly deadAt: string;
  /** Copies on the dead-letter topic: a redelivery publishes the letter again. */
  readonly copies: number;
  readonly record: LogRecord;
}

/** Topics that have dead letters: all but the compacted ones. */
export const SOURCE_TOPICS: readonly string[] = Object.values<TopicDeclaration>(TOPICS).filter(({ cleanup }) => cleanup === 'delete').map(({ name }) => name);

/** @throws {CliError} for a topic that has no dead letters, with the one that was likely meant. */
export function sourceTopic(name: string): string {
  const topic = name.replace(/\.dlq$/, '');
  if (SOURCE_TOPICS.includes(topic)) return topic;
  const near = didYouMean(topic, SOURCE_TOPICS);
  throw usageError(`There is no topic ${topic} with dead letters.`, near === null ? `Topics: ${SOURCE_TOPICS.join(', ')}` : `Did you mean ${near}?`);
}

export async function readDeadLetters(log: LogClient, topic: string, signal: AbortSignal): Promise<DeadLetter[]> {
  const { DEAD_LETTER_HEADERS } = await import('@stakewatch/runtime');
  const letters = new Map<string, DeadLetter>();
  await readWhole(log, deadLetterTopic(topic), signal, (record) => {
    const letter = letterOf(topic, record, DEAD_LETTER_HEADERS);
    const key = `${placeOf(letter)}/${letter.service}`;
    letters.set(key, { ...letter, copies: (letters.get(key)?.copies ?? 0) + 1 });
  });
  return [...letters.values()];
}

const placeOf = ({ partition, offset }: Pick<DeadLetter, 'partition' | 'offset'>): string => `${partition}/${offset}`;

/** Each record once, whoever refused it: what a replay publishes. */
export function recordsOf(letters: readonly DeadLetter[]): DeadLetter[] {
  return [...new Map([...letters].reverse().map((letter) => [placeOf(letter), letter])).values()].reverse();
}

function letterOf(topic: string, record: LogRecord, names: Readonly<Record<'reason' | 'service' | 'topic' | 'partition' | 'offset' | 'uuid', string>>): DeadLetter {
  const { headers } = record;
  return {
    topic: headers[names.topic] ?? topic,
    partition: Number(headers[names.partition] ?? -1),
    offset: Number(headers[names.offset] ?? -1),
    uuid: headers[names.uuid] ?? null,
    service: headers[names.service] ?? 'unknown',
    reason: headers[names.reason] ?? 'unknown',
    deadAt: new Date(record.timestamp).toISOString(),
    copies: 1,
    record,
  };
}

/** One record as every service that refused it tells it; at least one. */
export function lettersAt(letters: readonly DeadLetter[], topic: string, partition: number, offset: number): [DeadLetter, ...DeadLetter[]] {
  const [first, ...others] = letters.filter((letter) => letter.partition === partition && letter.offset === offset);
  if (first !== undefined) return [first, ...others];
  throw new CliError('not_found', `${topic} has no dead letter of partition ${partition}, offset ${offset}.`, EXIT.refused, '`stakewatch dead-letters list` shows what there is.');
}

/**
 * The record as it was, for its topic and partition: same key, same value, so that consumers know it by its identity and count it once.
 * When the topic has fewer partitions than then, Kafka's partitioner places it by its key.
 */
export function replayOf({ topic, partition, offset, record }: DeadLetter, partitionCount: number): OutgoingRecord {
  return { topic, ...(partition < partitionCount ? { partition } : {}), key: record.key, value: record.value, headers: { 'stakewatch-replay-of': `${topic}/${partition}/${offset}` } };
}
