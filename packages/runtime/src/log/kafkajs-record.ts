import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { LogRecord, TopicPartition } from './port';

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/** A kafkajs message as the port's record. */
export function toLogRecord({ topic, partition }: TopicPartition, message: KafkaMessage): LogRecord {
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
