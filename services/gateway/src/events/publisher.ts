import { TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, LogUnavailable, type LogProducer, type OutgoingRecord } from '@stakewatch/runtime';
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
}

export function createEventPublisher(codec: AvroCodec, producer: LogProducer): EventPublisher {
  return {
    recordOf(uuid, scope, values, receivedAt) {
      values.uuid = uuid;
      values.company_id = scope;
      values.received_at = receivedAt;
      values.late = receivedAt - values.event_timestamp > LATE_AFTER_MICROS;
      return { topic: TOPICS.bettingEvents.name, key: `${scope}|${values.player_id}`, value: codec.encode('betting-event', values) };
    },
    publish: (records) => producer.send(records).catch(notAccepted),
  };
}

function notAccepted(error: unknown): never {
  if (error instanceof LogUnavailable) throw new ApiError('NOT_ACCEPTED', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause: error });
  throw error;
}
