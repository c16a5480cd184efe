import { TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, type IngestProducer, LogUnavailable, type OutgoingRecord } from '@stakewatch/runtime';
import { ApiError, RETRY_AFTER_SECONDS } from '../app/api-error';
import type { EventValues } from './event-values';

const LATE_AFTER_MICROS = 86_400_000_000;

export interface EventPublisher {
  /** Fills `values` in and encodes them. @throws when they do not fit the schema. */
  recordOf(uuid: string, scope: string, values: EventValues, receivedAt: number): OutgoingRecord;
  /**
   * Resolves once all in-sync replicas have the records. A crash before that leaves events that were not answered and may be in
   * the log; sent again they have the same uuids.
   * @throws {ApiError} NOT_ACCEPTED
   */
  publish(records: readonly OutgoingRecord[]): Promise<void>;
  /** The same for one record. @param done called once, with null or with what `publish` would throw. */
  publishOne(record: OutgoingRecord, done: (error: unknown) => void): void;
}

export function createEventPublisher(codec: AvroCodec, producer: IngestProducer): EventPublisher {
  return {
    recordOf(uuid, scope, values, receivedAt) {
      values.uuid = uuid;
      values.company_id = scope;
      values.received_at = receivedAt;
      values.late = receivedAt - values.event_timestamp > LATE_AFTER_MICROS;
      return { topic: TOPICS.bettingEvents.name, key: `${scope}|${values.player_id}`, value: codec.encode('betting-event', values) };
    },
    publish: (records) => producer.send(records).catch((error: unknown) => Promise.reject(asApiError(error))),
    publishOne: (record, done) => producer.append(record, (error) => done(error === null ? null : asApiError(error))),
  };
}

/** What is no LogUnavailable is a fault of ours, and stays as it is. */
const asApiError = (error: unknown): unknown => (error instanceof LogUnavailable ? new ApiError('NOT_ACCEPTED', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause: error }) : error);
