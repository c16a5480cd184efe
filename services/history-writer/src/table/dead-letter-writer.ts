import { readReplayMark } from '@stakewatch/contracts';
import { type AvroCodec, DEAD_LETTER_HEADERS, leadingUuid, type LogRecord } from '@stakewatch/runtime';
import type { BlockWriter } from './block-writer';
import { heldBy, type HeldEvents, type LetterCodec, mayHoldEvents } from './held-events';
import type { WriterObserver } from './observer';
import { persist } from './persist';
import type { HistoryStore } from './store';

const KEY_EXCERPT = 1_024;
const VALUE_EXCERPT = 3_072;
const KEY_SQL = "concat(topic, '/', toString(partition), '/', toString(offset), '/', service)";
const TABLE = 'dead_letters';
const REPLAYS = 'dead_letter_replays';
export const DEAD_LETTER_TABLES = [TABLE, REPLAYS] as const;
const REPLAY_KEY_SQL = "concat(topic, '#', toString(kafka_partition), '#', toString(kafka_offset))";

/** One row of dead_letters. */
export interface DeadLetterRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly service: string;
  readonly reason: string;
  readonly uuid: string | null;
  readonly event_uuids: HeldEvents['event_uuids'];
  readonly sources: HeldEvents['sources'];
  /** Milliseconds as ClickHouse reads a DateTime64(3) number text. */
  readonly failed_at: string;
  readonly key_base64: string;
  readonly value_base64: string;
  readonly value_bytes: number;
  readonly replay: string;
  readonly kafka_partition: number;
  readonly kafka_offset: number;
}

/** Pure. A letter without the runtime's headers (put there by hand) is described by where it stands. The codec knows its schema id, if anybody does. */
export function deadLetterRow(record: LogRecord, codec: LetterCodec): DeadLetterRow {
  const header = (name: keyof typeof DEAD_LETTER_HEADERS): string | undefined => record.headers[DEAD_LETTER_HEADERS[name]];
  const topic = sourceTopic(record);
  return {
    topic,
    partition: place(header('partition')) ?? record.partition,
    offset: place(header('offset')) ?? record.offset,
    service: header('service') ?? 'unknown',
    reason: header('reason') ?? 'unknown',
    uuid: uuidOf(header('uuid')) ?? leadingUuid(record.value),
    ...heldBy(topic, record.value, codec),
    failed_at: (record.timestamp / 1000).toFixed(3),
    key_base64: (record.key ?? Buffer.alloc(0)).subarray(0, KEY_EXCERPT).toString('base64'),
    value_base64: (record.value ?? Buffer.alloc(0)).subarray(0, VALUE_EXCERPT).toString('base64'),
    value_bytes: record.value?.length ?? 0,
    replay: header('replay') ?? '',
    kafka_partition: record.partition,
    kafka_offset: record.offset,
  };
}

/** One row of dead_letter_replays. */
export interface ReplayRow {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly uuid: string | null;
  readonly replayed_at: string;
  readonly replayed_partition: number;
  readonly replayed_from: number | null;
  readonly replayed_before: number;
  readonly kafka_partition: number;
  readonly kafka_offset: number;
}

/** Pure. Null: the record is no mark of a replay, so a letter. */
export function replayRow(record: LogRecord): ReplayRow | null {
  const mark = readReplayMark(record.headers);
  if (mark === null) return null;
  const { replayedPartition, replayedFrom, replayedBefore, ...place } = mark;
  return {
    ...place,
    replayed_at: (record.timestamp / 1000).toFixed(3),
    replayed_partition: replayedPartition,
    replayed_from: replayedFrom,
    replayed_before: replayedBefore,
    kafka_partition: record.partition,
    kafka_offset: record.offset,
  };
}

/**
 * Dead letters of every topic into one table, marks of their replays into another. A letter that was published twice (its sender crashed
 * before its commit) is one row; every mark is one: a record may be replayed twice. A crash between the two tables, or a group that was set
 * back: the block is written again, letters known by the place of their record, marks by their own.
 */
export class DeadLetterWriter implements BlockWriter {
  /** Blocks one after the other: letters are few, and two blocks must not miss each other's rows. */
  private tail: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly store: HistoryStore,
    private readonly codec: LetterCodec & Pick<AvroCodec, 'learn'>,
    private readonly observer: WriterObserver,
  ) {}

  write(records: readonly LogRecord[], token: string, signal: AbortSignal): Promise<void> {
    const work = this.tail.then(() => this.writeBlock(records, token, signal));
    this.tail = work.catch(() => undefined);
    return work;
  }

  async takeOver(): Promise<void> {
    // Nothing is kept in memory: every block asks ClickHouse.
  }

  private async writeBlock(records: readonly LogRecord[], token: string, signal: AbortSignal): Promise<void> {
    const marks: ReplayRow[] = [];
    const letters: LogRecord[] = [];
    for (const record of records) {
      const mark = replayRow(record);
      if (mark === null) letters.push(record);
      else marks.push(mark);
    }
    if (letters.length > 0) await this.insert(TABLE, await this.newLetters(letters, signal), token, signal);
    if (marks.length > 0) await this.insert(REPLAYS, await this.newMarks(marks, signal), `${token}#replays`, signal);
  }

  private async newMarks(rows: readonly ReplayRow[], signal: AbortSignal): Promise<readonly ReplayRow[]> {
    const known = await this.persist(() => this.store.existing(REPLAYS, REPLAY_KEY_SQL, rows.map(keyOfMark)), signal);
    const fresh = rows.filter((row) => !known.has(keyOfMark(row)));
    if (fresh.length < rows.length) this.observer.duplicates(REPLAYS, rows.length - fresh.length);
    return fresh;
  }

  private async newLetters(records: readonly LogRecord[], signal: AbortSignal): Promise<readonly DeadLetterRow[]> {
    await this.persist(() => this.codec.learn(records.filter((record) => mayHoldEvents(sourceTopic(record))).map(({ value }) => value)), signal);
    const rows = new Map(records.map((record) => deadLetterRow(record, this.codec)).map((row) => [keyOf(row), row] as const));
    const known = await this.persist(() => this.store.existing(TABLE, KEY_SQL, [...rows.keys()]), signal);
    const fresh = [...rows].filter(([key]) => !known.has(key)).map(([, row]) => row);
    if (fresh.length < records.length) this.observer.duplicates(TABLE, records.length - fresh.length);
    return fresh;
  }

  private async insert(table: string, rows: readonly object[], token: string, signal: AbortSignal): Promise<void> {
    if (rows.length === 0) return;
    const started = process.hrtime.bigint();
    const data = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    await this.persist(() => this.store.insert({ table, columns: Object.keys(rows[0] as object), format: 'JSONEachRow', data, token }), signal);
    this.observer.written(table, rows.length, Number(process.hrtime.bigint() - started) / 1e9);
  }

  private persist<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
    return persist(work, signal, (error) => this.observer.retry(TABLE, error));
  }
}

function keyOf({ topic, partition, offset, service }: DeadLetterRow): string {
  return `${topic}/${partition}/${offset}/${service}`;
}

const keyOfMark = ({ topic, kafka_partition, kafka_offset }: ReplayRow): string => `${topic}#${kafka_partition}#${kafka_offset}`;
const sourceTopic = ({ headers, topic }: LogRecord): string => headers[DEAD_LETTER_HEADERS.topic] ?? topic.replace(/\.dlq$/, '');

function place(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : null;
}

function uuidOf(text: string | undefined): string | null {
  return text !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
}
