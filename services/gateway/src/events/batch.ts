import type { Language } from '@stakewatch/contracts';
import type { OutgoingRecord } from '@stakewatch/runtime';
import { ApiError } from '../app/api-error';
import type { Principal } from '../auth/authenticator';
import type { BatchResult } from './answers';
import { isRequired, isUnknown, mustBe } from './messages';
import type { EventPublisher } from './publisher';
import type { EventValidator } from './validator';

export const MAX_BATCH_EVENTS = 1000;

export interface BatchDeps {
  readonly validator: EventValidator;
  readonly publisher: EventPublisher;
  nowMicros(): number;
}

/**
 * The events of a batch body.
 * @throws {ApiError} when the whole body fails: not {events: […]}, empty or too long (spec README, "Events").
 */
export function eventsOf(body: unknown, language: Language): readonly unknown[] {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ApiError('INVALID_BODY', { errors: [{ path: '', message: mustBe('body', { type: 'object' }, body, language) }] });
  }
  const { events, ...others } = body as Record<string, unknown>;
  const errors = Object.keys(others).slice(0, 20).map((name) => ({ path: name.slice(0, 100), message: isUnknown(name.slice(0, 100), language) }));
  if (events === undefined) errors.push({ path: 'events', message: isRequired('events', language) });
  else if (!Array.isArray(events)) errors.push({ path: 'events', message: mustBe('events', { type: 'array' }, events, language) });
  if (errors.length > 0) throw new ApiError('INVALID_BODY', { errors });
  const list = events as readonly unknown[];
  if (list.length === 0) throw new ApiError('EMPTY_BATCH');
  if (list.length > MAX_BATCH_EVENTS) throw new ApiError('BATCH_TOO_LARGE');
  return list;
}

export interface PreparedBatch {
  /** In the order sent. */
  readonly results: readonly BatchResult[];
  /** One for each distinct event accepted. */
  readonly records: readonly OutgoingRecord[];
}

/** Checks and encodes each event by itself; an event that stands twice in the batch has one uuid and one record. */
export function prepareBatch(deps: BatchDeps, principal: Principal, events: readonly unknown[], language: Language): PreparedBatch {
  const receivedAt = deps.nowMicros();
  const uuids = new Map<string, string>();
  const records: OutgoingRecord[] = [];
  const results = events.map((event): BatchResult => {
    const values = deps.validator.accept(event, receivedAt);
    if (!values) return refused(event, deps.validator.faults(event, receivedAt, language));
    const externalEventId = values.external_event_id;
    let uuid = uuids.get(externalEventId);
    if (uuid === undefined) {
      uuid = principal.identity.uuidOf(externalEventId);
      uuids.set(externalEventId, uuid);
      records.push(deps.publisher.recordOf(uuid, principal.scope, values, receivedAt));
    }
    return { uuid, externalEventId, error: null };
  });
  return { results, records };
}

function refused(event: unknown, faults: readonly { message: string }[]): BatchResult {
  return { uuid: null, externalEventId: readableId(event), error: faults.map(({ message }) => message).join('; ') };
}

function readableId(event: unknown): string | null {
  if (typeof event !== 'object' || event === null) return null;
  const { event_id: grouped, external_event_id: flat } = event as Record<string, unknown>;
  const id = flat ?? grouped;
  return typeof id === 'string' && id !== '' && id.length <= 100 ? id : null;
}
