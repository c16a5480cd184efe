import type { Batch, IHeaders, KafkaMessage } from 'kafkajs';
import type { RecordSetMessage } from './kafkajs-fetch';
import type { LogBatch, LogRecord, TopicPartition } from './port';
import { readRecords } from './record-set';

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** What a fetch brought of a partition, as the port has it. */
export function toLogBatch(batch: Batch): LogBatch {
  const { topic, partition, highWatermark } = batch;
  return { topic, partition, highWatermark: Number(highWatermark), records: toLogRecords(batch) };
}

/** Of record batches passed on as they are, and of messages. */
export function toLogRecords(batch: Batch): LogRecord[] {
  const records: LogRecord[] = [];
  const from = Number((batch as Batch & { fetchedOffset: string }).fetchedOffset);
  for (const message of batch.messages as readonly (KafkaMessage | RecordSetMessage)[]) {
    if ('recordSet' in message) readRecords(batch, message.recordSet, from, records);
    else records.push(toLogRecord(batch, message));
  }
  return records;
}

function toLogRecord({ topic, partition }: TopicPartition, message: KafkaMessage): LogRecord {
  return {
    topic,
    partition,
    offset: Number(message.offset),
    timestamp: Number(message.timestamp),
    key: message.key,
    value: message.value,
    headers: textHeaders(message.headers),
  };
}

function textHeaders(headers: IHeaders | undefined): Readonly<Record<string, string>> {
  let texts: Record<string, string> | undefined;
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined) continue;
    texts ??= {};
    texts[name] = String(Array.isArray(value) ? value[0] : value);
  }
  return texts ?? NO_HEADERS;
}
