import { deadLetterTopic } from '@stakewatch/contracts';
import { FRAME_BYTES } from '../codec/frame';
import type { LogProducer, LogRecord, OutgoingRecord } from '../log/port';

/** Headers of a dead letter. Its key and value are the record's own, unchanged, so that it can be replayed as it was. */
export const DEAD_LETTER_HEADERS = {
  reason: 'stakewatch-reason',
  service: 'stakewatch-service',
  topic: 'stakewatch-source-topic',
  partition: 'stakewatch-source-partition',
  offset: 'stakewatch-source-offset',
  uuid: 'stakewatch-uuid',
  replay: 'stakewatch-replay',
} as const;

const REASON_MAX = 500;
const UUID_LENGTH_BYTE = 72;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The record that goes to `<topic>.dlq`. Pure. Repeated by a redelivery; readers tell copies by source topic, partition and offset. */
export function deadLetterOf(record: LogRecord, reason: string, service: string): OutgoingRecord {
  const names = DEAD_LETTER_HEADERS;
  const uuid = leadingUuid(record.value);
  return {
    topic: deadLetterTopic(record.topic),
    key: record.key,
    value: record.value,
    headers: {
      [names.reason]: reason.slice(0, REASON_MAX),
      [names.service]: service,
      [names.topic]: record.topic,
      [names.partition]: String(record.partition),
      [names.offset]: String(record.offset),
      [names.replay]: `stakewatch dead-letters replay ${record.topic} --partition ${record.partition} --offset ${record.offset}`,
      ...(uuid === null ? {} : { [names.uuid]: uuid }),
    },
  };
}

/** Our records begin with their uuid as an Avro string (length byte 0x48); null where the bytes say otherwise. */
export function leadingUuid(value: Buffer | null): string | null {
  if (!value || value[FRAME_BYTES] !== UUID_LENGTH_BYTE) return null;
  const text = value.toString('latin1', FRAME_BYTES + 1, FRAME_BYTES + 37);
  return UUID.test(text) ? text : null;
}

export interface DeadLetters {
  /** Resolves once all are acknowledged. @throws {LogUnavailable} */
  publish(letters: readonly { record: LogRecord; reason: string }[]): Promise<void>;
}

export function createDeadLetters(producer: LogProducer, service: string, onPublished: (topic: string, count: number) => void): DeadLetters {
  return {
    async publish(letters) {
      await producer.send(letters.map(({ record, reason }) => deadLetterOf(record, reason, service)));
      for (const { record } of letters) onPublished(record.topic, 1);
    },
  };
}
