import type { BatchKind } from './send-batch';

interface EventAnswer {
  readonly uuid: string | null;
  readonly external_event_id?: string | null;
  readonly error?: string;
}

/** Rows that are events, through POST /api/v1/events/batch. */
export const EVENTS: BatchKind = {
  path: '/api/v1/events/batch',
  list: 'events',
  answersOf: (body) => (body as { data: { events: EventAnswer[] } }).data.events.map(({ uuid, external_event_id: id = null, error = '' }) => ({ outcome: uuid === null ? 'failed' : 'accepted', id, error })),
};
