import { attemptIdOf, type AttemptOutcome, type WebhookAttempt } from '@stakewatch/contracts';
import type { Delivery } from './delivery';
import { safeUrl } from './safe-url';

export interface AttemptFacts {
  readonly outcome: AttemptOutcome;
  readonly url: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly excerpt: string | null;
  readonly startedAtMicros: number;
  readonly durationMs: number;
  readonly nextAttemptAtMs: number | null;
}

/** The delivery log's record of the attempt that follows `delivery.attempts` earlier ones. Worked again it has the same attempt_id. */
export function attemptRecord(delivery: Delivery, facts: AttemptFacts): WebhookAttempt {
  const attempt = delivery.attempts + 1;
  return {
    attempt_id: attemptIdOf(delivery.deliveryId, delivery.reason, delivery.commandId === null ? attempt : `${delivery.commandId}/${attempt}`),
    delivery_id: delivery.deliveryId,
    company_id: delivery.companyId,
    endpoint_id: delivery.endpointId,
    url: safeUrl(facts.url),
    event_type: delivery.eventType,
    alert_id: delivery.alertId,
    alert_revision: delivery.revision,
    attempt,
    reason: delivery.reason,
    outcome: facts.outcome,
    http_status: facts.status,
    error: facts.error,
    response_excerpt: facts.excerpt,
    started_at: Math.round(facts.startedAtMicros),
    duration_ms: facts.durationMs,
    next_attempt_at: facts.nextAttemptAtMs === null ? null : Math.round(facts.nextAttemptAtMs * 1_000),
    event_received_at: delivery.eventReceivedAt,
  };
}
