import type { EventValues } from './event-values';
import { isoMicros, monthOf } from './timestamp';

/** What a 202 tells of an event, beyond its ids. Kept in Redis, so that the event sent again gets the same answer. */
export interface Accepted {
  readonly event_month: number;
  readonly amount: number;
  readonly currency: string;
  /** Microseconds UTC. */
  readonly received_at: number;
}

export function acceptedOf({ event_timestamp, amount, currency, received_at }: EventValues): Accepted {
  return { event_month: monthOf(event_timestamp), amount, currency, received_at };
}

/**
 * Document 000, "POST /api/v1/events", response 202. amount_cents is amount x 100 for every currency (spec README, "Events").
 * Written by hand: only the caller's own id can hold what JSON escapes.
 */
export function singleAnswer(uuid: string, externalEventId: string, { event_month, amount, currency, received_at }: Accepted): string {
  return (
    `{"success":true,"data":{"uuid":"${uuid}","event_month":${event_month},"external_event_id":${JSON.stringify(externalEventId)},` +
    `"amount_cents":${amount * 100},"amount":${amount},"currency":"${currency}","received_at":"${isoMicros(received_at)}"}}`
  );
}

const ASCII = /^[\x20-\x7e]*$/;

/** Whether all of an event's answer is ASCII: nothing but the caller's own id can be otherwise. */
export const isAsciiId = (externalEventId: string): boolean => ASCII.test(externalEventId);

/** One event of a batch: accepted with its uuid, or refused with its error. */
export interface BatchResult {
  readonly uuid: string | null;
  /** Null when it could not be read. */
  readonly externalEventId: string | null;
  readonly error: string | null;
}

/** Document 000, "POST /api/v1/events/batch", response 200: results in the order sent. */
export function batchAnswer(results: readonly BatchResult[]): string {
  let failed = 0;
  let events = '';
  for (const { uuid, externalEventId, error } of results) {
    const id = externalEventId === null ? '' : `,"external_event_id":${JSON.stringify(externalEventId)}`;
    if (events !== '') events += ',';
    if (uuid !== null) {
      events += `{"uuid":"${uuid}"${id}}`;
    } else {
      failed += 1;
      events += `{"uuid":null${id},"error":${JSON.stringify(error)}}`;
    }
  }
  return `{"success":true,"data":{"success_count":${results.length - failed},"failed_count":${failed},"events":[${events}]}}`;
}
