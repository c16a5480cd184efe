import type { Metrics } from '@stakewatch/runtime';
import type { Logger } from 'pino';
import { isTroubled } from './core/admission';
import { safeUrl } from './core/safe-url';
import type { DeliveryObserver } from './dispatch/deliverer';
import type { Dispatcher } from './dispatch/dispatcher';
import type { EndpointDirectory } from './dispatch/endpoint-directory';
import type { WebhookSender } from './http/send-webhook';

const REFRESH_MS = 1_000;
const STATES = ['healthy', 'troubled', 'disabled', 'deleted'] as const;

/** What deliveries are seen to do. Bodies, secrets and full URLs never reach a log. */
export function deliveryObserver(metrics: Metrics, logger: Logger, nowMs: () => number): DeliveryObserver {
  const attempts = metrics.counter('stakewatch_webhook_attempts_total');
  const leasesLost = metrics.counter('stakewatch_webhook_leases_lost_total');
  const disablings = metrics.counter('stakewatch_webhook_endpoint_disablings_total');
  const durations = metrics.histogram('stakewatch_webhook_attempt_duration_seconds');
  const latencies = metrics.histogram('stakewatch_webhook_delivery_latency_seconds');
  return {
    onAttempt(delivery, attempt) {
      const { outcome, reason } = attempt;
      attempts.inc({ outcome, reason });
      durations.observe({ outcome }, attempt.duration_ms / 1_000);
      if (outcome === 'delivered' && reason === 'schedule') latencies.observe(Math.max(0, attempt.started_at / 1e6 + attempt.duration_ms / 1e3 - delivery.eventReceivedAt / 1e6));
      if (outcome === 'delivered') return;
      const { delivery_id, endpoint_id, company_id, http_status, error, attempt: number, next_attempt_at } = attempt;
      logger.warn({ delivery_id, endpoint_id, company_id, outcome, http_status, error, attempt: number, nextInSeconds: next_attempt_at === null ? null : Math.round(next_attempt_at / 1e6 - nowMs() / 1e3) }, 'webhook not delivered');
    },
    onLeaseLost(delivery) {
      leasesLost.inc();
      logger.warn({ delivery_id: delivery.deliveryId, endpoint_id: delivery.endpointId }, 'the lease of a delivery ran out while it was sent; it may be sent once more');
    },
    onFailing(endpoint, failingSinceMs) {
      logger.warn({ endpoint_id: endpoint.id, company_id: endpoint.companyId, url: safeUrl(endpoint.url), failingSince: new Date(failingSinceMs).toISOString() }, 'webhook endpoint does nothing but fail');
    },
    onDisabled(endpoint, reason) {
      disablings.inc();
      logger.error({ endpoint_id: endpoint.id, company_id: endpoint.companyId, url: safeUrl(endpoint.url), reason, enable: `stakewatch endpoints enable ${endpoint.id}` }, 'webhook endpoint disabled');
    },
  };
}

/** Keeps the gauges current. Returns how to stop. */
export function watchDispatcher(metrics: Metrics, dispatcher: Dispatcher, directory: EndpointDirectory, sender: WebhookSender, nowMs: () => number): () => void {
  const refresh = () => {
    const { inFlight, lanes } = dispatcher.usage();
    const pending = new Map<string, number>(STATES.map((state) => [state, 0]));
    const overdue = new Map<string, number>(STATES.map((state) => [state, 0]));
    for (const lane of lanes) {
      const status = directory.get(lane.endpointId)?.status;
      const state = status === undefined ? 'deleted' : status === 'disabled' ? 'disabled' : isTroubled(lane) ? 'troubled' : 'healthy';
      pending.set(state, (pending.get(state) ?? 0) + lane.pending);
      overdue.set(state, Math.max(overdue.get(state) ?? 0, nowMs() - (lane.oldestDueMs ?? nowMs())));
    }
    for (const state of STATES) {
      metrics.gauge('stakewatch_webhook_pending_deliveries').set({ endpoint_state: state }, pending.get(state) ?? 0);
      metrics.gauge('stakewatch_webhook_oldest_due_seconds').set({ endpoint_state: state }, (overdue.get(state) ?? 0) / 1_000);
    }
    metrics.gauge('stakewatch_webhook_attempts_in_flight').set(inFlight);
    metrics.gauge('stakewatch_webhook_sockets').set(sender.sockets());
    metrics.gauge('stakewatch_webhook_endpoints_disabled').set(directory.disabled());
  };
  refresh();
  const timer = setInterval(refresh, REFRESH_MS);
  timer.unref();
  return () => clearInterval(timer);
}
