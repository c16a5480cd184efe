import { type EndpointStanding, safeUrl } from '@stakewatch/alert-dispatcher';
import type { WebhookEndpointRecord } from '@stakewatch/contracts';

export const ENDPOINT_STATUSES = ['enabled', 'failing', 'disabled'] as const;
export type EndpointStatus = (typeof ENDPOINT_STATUSES)[number];

/** An endpoint as its company sees it: no secrets, and its URL without query, which often holds some. */
export function shownEndpoint(record: WebhookEndpointRecord, { streak, pending, nextDueMs }: EndpointStanding) {
  const disabled = record.status === 'disabled';
  // What failed before the record was changed says nothing of the endpoint as it is now.
  const failing = !disabled && streak && streak.sinceMs >= Date.parse(record.updatedAt) ? streak : null;
  const status: EndpointStatus = disabled ? 'disabled' : failing ? 'failing' : 'enabled';
  return {
    id: record.id,
    url: safeUrl(record.url),
    events: record.events,
    status,
    failing_since: failing && iso(failing.sinceMs),
    failures: failing?.failures ?? 0,
    disables_at: failing && iso(failing.sinceMs + failing.disableAfterMs),
    disabled_at: disabled ? (record.disabledAt ?? record.updatedAt) : null,
    disabled_by: disabled ? (record.disabledBy ?? null) : null,
    disabled_reason: disabled ? record.disabledReason : null,
    last_failure: streak && { at: iso(streak.lastMs), http_status: streak.httpStatus, error: streak.error },
    pending,
    next_attempt_at: disabled || nextDueMs === null ? null : iso(nextDueMs),
    created_at: record.createdAt,
    updated_at: record.updatedAt,
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();
