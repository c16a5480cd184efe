import { deadLetterTopic, readReplayMark, type ReplayMark, TOPICS, type TopicDeclaration } from '@stakewatch/contracts';
import type { LogClient, LogRecord } from '@stakewatch/runtime';
import { usageError } from './cli-error';
import { readTopic } from './read-topic';
import { didYouMean } from './suggest';

/** Where a record stood in its topic: it is named by this. Letters of one place are of one record, whoever refused it and however often. */
export interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** A record that a service could not process, as one record of its dead letter topic has it. */
export interface DeadLetter extends Place {
  readonly topic: string;
  readonly uuid: string | null;
  readonly service: string;
  readonly reason: string;
  readonly deadAt: string;
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

/** What a reader is told, in the order of the log: a mark comes after the letters that its replay was made of. */
export interface LetterReader {
  letter(letter: DeadLetter): void | Promise<void>;
  /** `at`: ISO 8601. */
  replayed?(mark: ReplayMark, at: string): void;
}

/** The dead letter topic of a topic as it was when this was opened, read as often as it takes and never kept. */
export class DeadLetterLog {
  private constructor(
    readonly topic: string,
    private readonly log: LogClient,
    private readonly from: ReadonlyMap<number, number>,
    private readonly until: ReadonlyMap<number, number>,
  ) {}

  static async open(log: LogClient, topic: string): Promise<DeadLetterLog> {
    const offsets = await (await log.admin()).offsets(deadLetterTopic(topic));
    return new DeadLetterLog(topic, log, new Map(offsets.map(({ partition, first }) => [partition, first])), new Map(offsets.map(({ partition, next }) => [partition, next])));
  }

  /** Returns early when the signal fires. What the reader throws is thrown. */
  async read(reader: LetterReader, signal: AbortSignal): Promise<void> {
    const { DEAD_LETTER_HEADERS, leadingUuid } = await import('@stakewatch/runtime');
    const { topic, log, from, until } = this;
    const onRecord = (record: LogRecord): void | Promise<void> => {
      const mark = readReplayMark(record.headers);
      if (mark !== null) return reader.replayed?.(mark, new Date(record.timestamp).toISOString());
      return reader.letter(letterOf(topic, record, DEAD_LETTER_HEADERS, leadingUuid));
    };
    await readTopic(log, { topic: deadLetterTopic(topic), from, until, onRecord, signal });
  }
}

/** A letter without the runtime's headers (put there by hand) is named by where it stands itself. */
function letterOf(topic: string, record: LogRecord, names: Readonly<Record<'reason' | 'service' | 'topic' | 'partition' | 'offset' | 'uuid', string>>, leadingUuid: (value: Buffer | null) => string | null): DeadLetter {
  const { headers } = record;
  return {
    topic: headers[names.topic] ?? topic,
    partition: numberOf(headers[names.partition]) ?? record.partition,
    offset: numberOf(headers[names.offset]) ?? record.offset,
    uuid: headers[names.uuid] ?? leadingUuid(record.value),
    service: headers[names.service] ?? 'unknown',
    reason: headers[names.reason] ?? 'unknown',
    deadAt: new Date(record.timestamp).toISOString(),
    record,
  };
}

const numberOf = (text: string | undefined): number | null => (text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null);
