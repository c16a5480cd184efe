import type { AttemptOutcome } from '@stakewatch/contracts';
import type { Delivery } from './delivery';
import { delayAfter } from './schedule';

/** What came of one POST. */
export interface Answer {
  /** Null when no status line came. */
  readonly status: number | null;
  readonly retryAfter: string | null;
  /** At most 1024 characters of the body. */
  readonly excerpt: string | null;
  /** A short code (error-codes of this service, docs/webhooks.md "What an attempt records"); null when a status came in time. */
  readonly error: AttemptError | null;
}

export type AttemptError =
  | 'address_not_allowed'
  | 'url_not_allowed'
  | 'timeout'
  | 'connection_failed'
  | 'tls_failed'
  | 'name_not_resolved'
  | 'invalid_answer'
  | 'redirect_not_followed'
  | 'endpoint_deleted'
  | 'queue_full';

export interface Verdict {
  readonly outcome: AttemptOutcome;
  readonly error: string | null;
  /** Milliseconds from the end of this attempt to the next; null when there is none. */
  readonly retryInMs: number | null;
  /** The endpoint asks for quiet: nothing is sent to it for so long. */
  readonly pauseMs: number;
  /** The endpoint says that it is gone for good. */
  readonly gone: boolean;
}

/** An endpoint's wish to be left alone is honoured between these bounds. */
export const RETRY_AFTER_MIN_MS = 1_000;
export const RETRY_AFTER_MAX_MS = 3_600_000;

/**
 * What one answer means for its delivery and its endpoint. 2xx is delivered, whatever becomes of the body; every other status,
 * redirects among them, is a failure (Standard Webhooks 1.0, "Deliverability and reliability").
 */
export function classify(answer: Answer, delivery: Delivery, schedule: readonly number[], nowMs: number): Verdict {
  const { status } = answer;
  if (status !== null && status >= 200 && status < 300) return { outcome: 'delivered', error: null, retryInMs: null, pauseMs: 0, gone: false };
  const pauseMs = status === 429 || status === 503 ? retryAfterMs(answer.retryAfter, nowMs) : 0;
  const delay = delayAfter(schedule, delivery.deliveryId, delivery.attempts + 1);
  const refused = answer.error === 'address_not_allowed' || answer.error === 'url_not_allowed';
  return {
    outcome: delay === null ? 'abandoned' : refused ? 'refused' : 'failed',
    error: answer.error ?? errorOfStatus(status),
    retryInMs: delay === null ? null : Math.max(delay, pauseMs),
    pauseMs,
    gone: status === 410,
  };
}

function errorOfStatus(status: number | null): string {
  if (status === null) return 'invalid_answer';
  return status >= 300 && status < 400 ? 'redirect_not_followed' : `status_${status}`;
}

/** Retry-After in seconds or as an HTTP date (RFC 9110, section 10.2.3), within bounds; 0 when absent or unreadable. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  const text = header.trim();
  const wanted = /^\d{1,10}$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - nowMs;
  if (Number.isNaN(wanted)) return 0;
  return Math.min(RETRY_AFTER_MAX_MS, Math.max(RETRY_AFTER_MIN_MS, wanted));
}
