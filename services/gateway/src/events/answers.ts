import type { EventValues } from './event-values';
import { isoMicros, monthOf } from './timestamp';

/** What a 202 tells of an event, beyond its uuid. Kept in Redis, so that the event sent again gets the same answer. */
export interface Accepted {
  readonly external_event_id: string;
  readonly event_month: number;
  readonly amount: number;
  readonly currency: string;
  /** Microseconds UTC. */
  readonly received_at: number;
}

export function acceptedOf(values: EventValues, receivedAt: number): Accepted {
  return { external_event_id: values.external_event_id, event_month: monthOf(values.event_timestamp), amount: values.amount, currency: values.currency, received_at: receivedAt };
}

/** Document 000, "POST /api/v1/events", response 202. amount_cents is amount x 100 for every currency (spec README, "Events"). */
export function singleAnswer(uuid: string, accepted: Accepted): string {
  return JSON.stringify({
    success: true,
    data: {
      uuid,
      event_month: accepted.event_month,
      external_event_id: accepted.external_event_id,
      amount_cents: accepted.amount * 100,
      amount: accepted.amount,
      currency: accepted.currency,
      received_at: isoMicros(accepted.received_at),
    },
  });
}

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
