import type { Alert } from '@stakewatch/contracts';
import { isoOfMicros } from './instants';

export const EVENT_TYPES = { created: 'alert.created', updated: 'alert.updated', endpointFailing: 'endpoint.failing', endpointDisabled: 'endpoint.disabled' } as const;

export function alertEventType(alert: Pick<Alert, 'revision'>): string {
  return alert.revision === 1 ? EVENT_TYPES.created : EVENT_TYPES.updated;
}

/**
 * Body of alert.created and alert.updated (Standard Webhooks 1.0, "Payload structure": type, timestamp, data). `data` has the
 * names of the columns of ClickHouse's alerts table; instants are ISO 8601 with microseconds; sums and amounts among
 * the facts count whole units of `currency`, which `money_unit` says. docs/webhooks.md describes every field.
 */
export function alertBody(alert: Alert): string {
  return JSON.stringify({
    type: alertEventType(alert),
    timestamp: isoOfMicros(alert.decided_at),
    data: {
      alert_id: alert.alert_id,
      revision: alert.revision,
      company_id: alert.company_id,
      status: alert.status,
      rule_id: alert.rule_id,
      rule_version: alert.rule_version,
      rule_title: alert.rule_title,
      severity: alert.severity,
      score: alert.score,
      tags: alert.tags,
      subject_type: alert.subject_type,
      subject: alert.subject,
      player_id: alert.player_id,
      window_start: isoOfMicros(alert.window_start),
      window_end: isoOfMicros(alert.window_end),
      event_uuid: alert.event_uuid,
      event_timestamp: isoOfMicros(alert.event_timestamp),
      currency: alert.currency,
      money_unit: 'currency_unit',
      facts: alert.facts.map((fact) => ({ ...fact, window_start: isoOfMicros(fact.window_start), window_end: isoOfMicros(fact.window_end) })),
      settings: parsedSettings(alert.settings),
      event_uuids: alert.event_uuids,
      event_count: alert.event_count,
      event_received_at: isoOfMicros(alert.event_received_at),
      decided_at: isoOfMicros(alert.decided_at),
    },
  });
}

/** The detector writes JSON; should another writer not, its text is passed on as it is rather than the alert be lost. */
function parsedSettings(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

export interface DisabledNotice {
  readonly companyId: string;
  readonly endpointId: string;
  /** Without userinfo and query. */
  readonly url: string;
  readonly reason: string;
  readonly disabledAtMs: number;
}

/** Body of endpoint.disabled, told to the company's other endpoints. */
export function disabledNoticeBody(notice: DisabledNotice): string {
  const at = isoOfMillis(notice.disabledAtMs);
  return JSON.stringify({
    type: EVENT_TYPES.endpointDisabled,
    timestamp: at,
    data: { company_id: notice.companyId, endpoint_id: notice.endpointId, url: notice.url, reason: notice.reason, disabled_at: at },
  });
}

export interface FailingNotice {
  readonly companyId: string;
  readonly endpointId: string;
  /** Without userinfo and query. */
  readonly url: string;
  readonly failingSinceMs: number;
  /** Failed attempts since then. */
  readonly failures: number;
  /** Of the newest of them. */
  readonly httpStatus: number | null;
  readonly error: string | null;
  readonly atMs: number;
  /** When it is disabled unless something is delivered. */
  readonly disabledAtMs: number;
}

/** Body of endpoint.failing, told to the company's other endpoints. */
export function failingNoticeBody(notice: FailingNotice): string {
  return JSON.stringify({
    type: EVENT_TYPES.endpointFailing,
    timestamp: isoOfMillis(notice.atMs),
    data: {
      company_id: notice.companyId,
      endpoint_id: notice.endpointId,
      url: notice.url,
      failing_since: isoOfMillis(notice.failingSinceMs),
      failures: notice.failures,
      http_status: notice.httpStatus,
      error: notice.error,
      disables_at: isoOfMillis(notice.disabledAtMs),
    },
  });
}

const isoOfMillis = (ms: number): string => isoOfMicros(ms * 1_000);
