import { ApiError, unavailable } from '../app/api-error';
import type { Principal } from '../auth/authenticator';

/** What the stores know of an event; null when they do not know it (yet). @throws when they do not answer. */
export interface EventStatusReader {
  status(companyScope: string, uuid: string): Promise<EventStatus | null>;
}

export interface EventStatus {
  readonly status: 'PENDING' | 'PROCESSED' | 'FAILED';
  /** ISO 8601 UTC; null while pending. */
  readonly processedAt: string | null;
  /** Why it failed; null otherwise. */
  readonly reason: string | null;
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface StatusAnswer {
  readonly uuid: string;
  readonly status: EventStatus['status'];
  readonly processed_at: string | null;
  readonly reason?: string;
}

/**
 * Document 000, "GET /api/v1/events/:uuid/status". A uuid that was issued for this company and that no store knows yet is PENDING: an
 * accepted event is never 404 (spec README, "Events"). Another company's uuid is 404 like one that never was.
 * @throws {ApiError} INVALID_PARAMETER, NOT_FOUND, UNAVAILABLE
 */
export async function statusAnswer(reader: EventStatusReader, { scope, identity }: Principal, sent: string): Promise<StatusAnswer> {
  const uuid = sent.toLowerCase();
  if (!UUID.test(uuid)) throw new ApiError('INVALID_PARAMETER', { errors: [{ path: 'uuid', message: `must be a UUID, got ${JSON.stringify(sent.slice(0, 100))}` }] });
  if (!identity.issued(uuid)) throw new ApiError('NOT_FOUND');
  const found = await reader.status(scope, uuid).catch((error: unknown) => Promise.reject(unavailable(error)));
  if (!found) return { uuid, status: 'PENDING', processed_at: null };
  return {
    uuid,
    status: found.status,
    processed_at: found.processedAt,
    ...(found.reason === null ? {} : { reason: found.reason }),
  };
}
