import type { WebhookAttempt, WebhookEndpointRecord } from '@stakewatch/contracts';
import { attemptRecord } from '../core/attempt-record';
import { type Answer, classify, type Verdict } from '../core/classify';
import { noticesOf } from '../core/deliveries';
import type { Delivery } from '../core/delivery';
import { disableReason } from '../core/disabling';
import { signedHeaders } from '../core/signature';
import type { WebhookSender } from '../http/send-webhook';
import type { EndpointHealth } from '../queue/endpoint-health';
import type { DeliveryQueues, QueueHead } from '../queue/port';
import type { AttemptLog } from './attempt-log';
import type { EndpointControl } from './endpoint-control';
import type { EndpointDirectory } from './endpoint-directory';
import type { Lane } from './lane';
import type { OwnedQueue } from './owned-queue';
import { persist } from './persist';

export interface DelivererOptions {
  readonly queues: DeliveryQueues;
  readonly directory: EndpointDirectory;
  readonly sender: WebhookSender;
  readonly health: EndpointHealth;
  readonly attempts: AttemptLog;
  readonly control: EndpointControl;
  /** Milliseconds before each attempt (core/schedule.ts). */
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
  readonly disableAfterMs: number;
  /** How long settled deliveries are remembered. */
  readonly rememberMs: number;
  readonly nowMs: () => number;
  readonly observer: DeliveryObserver;
}

export interface DeliveryObserver {
  onAttempt(delivery: Delivery, attempt: WebhookAttempt): void;
  /** Another instance took the delivery over meanwhile: it may be sent once more. */
  onLeaseLost(delivery: Delivery): void;
  onDisabled(endpoint: WebhookEndpointRecord, reason: string): void;
}

export interface Dispatched {
  readonly lane: Lane;
  readonly queue: OwnedQueue;
  readonly delivery: Delivery;
  readonly lease: { token(): string; readonly untilMs: number };
  /** The endpoint has answered: what follows needs no socket. */
  answered(): void;
}

const NOTHING_SENT: Answer = { status: null, retryAfter: null, excerpt: null, error: 'endpoint_deleted' };
/** A success is told to the health store at most this often for each endpoint. */
const HEALTHY_TELL_MS = 60_000;
/** After 410 the lane waits so long for its record to say disabled. */
const GONE_PAUSE_MS = 5_000;

/**
 * One attempt of one leased delivery. The order of its steps, and what a crash after each leaves behind:
 *
 * 1. POST. -> The lease ends and the delivery is sent again with the same webhook-id: the only way that it is sent twice.
 * 2. Publish the attempt, acknowledged. -> As after 1; the next attempt has the same attempt_id, so the delivery log shows one.
 * 3. Count the failure in the endpoint's streak, or end the streak. -> A failure is counted twice at most.
 * 4. Mark the delivery done or due again, with the notices of a disabling, in one step. -> Nothing is left to do but 5.
 * 5. Write the endpoint's record as disabled, unless its owner has changed it since 1. -> It stays enabled until its next failure, which
 *    disables it; the notices' ids are the same.
 *
 * Log or store down: the steps after the POST wait (persist.ts); how many may is bounded (dispatcher.ts).
 */
export class Deliverer {
  constructor(private readonly options: DelivererOptions) {}

  /** What waits for the endpoints concerned after it. */
  async deliver(dispatched: Dispatched): Promise<readonly QueueHead[]> {
    const { queue, delivery, lane, lease } = dispatched;
    const { directory, nowMs, timeoutMs } = this.options;
    const endpoint = directory.get(delivery.endpointId);
    const waits = endpoint?.status === 'disabled' && !queue.sendsToDisabled;
    // Started so late that the lease might end before the answer: back into the queue, unsent.
    if (waits || nowMs() > lease.untilMs - timeoutMs) return this.putBack(dispatched);
    const startedAtMs = nowMs();
    const started = performance.now();
    const answer = endpoint ? await this.post(delivery, endpoint, startedAtMs) : NOTHING_SENT;
    const endedAtMs = nowMs();
    const verdict = this.judge(answer, delivery, endpoint, endedAtMs);
    const nextAtMs = verdict.retryInMs === null ? null : endedAtMs + verdict.retryInMs;
    const attempt = attemptRecord(delivery, {
      outcome: verdict.outcome,
      url: endpoint?.url ?? '',
      status: answer.status,
      error: verdict.error,
      excerpt: answer.excerpt,
      startedAtMicros: startedAtMs * 1_000,
      durationMs: performance.now() - started,
      nextAttemptAtMs: nextAtMs,
    });
    this.pace(lane, verdict, endedAtMs);
    dispatched.answered();
    await persist(() => this.options.attempts.publish(attempt), queue.signal);
    this.options.observer.onAttempt(delivery, attempt);
    const reason = endpoint ? await persist(() => this.disabling(lane, endpoint, verdict, endedAtMs), queue.signal) : null;
    const notices = endpoint && reason !== null ? noticesOf(endpoint, reason, endedAtMs, directory.ofCompany(endpoint.companyId)) : [];
    const heads = await this.finish(dispatched, nextAtMs, delivery.attempts + 1, notices);
    if (endpoint && reason !== null) await this.disable(lane, endpoint, reason, queue.signal);
    return heads;
  }

  private post(delivery: Delivery, endpoint: WebhookEndpointRecord, nowMs: number): Promise<Answer> {
    return this.options.sender.post(endpoint.url, signedHeaders(delivery.deliveryId, nowMs, delivery.body, endpoint.secrets), delivery.body);
  }

  private judge(answer: Answer, delivery: Delivery, endpoint: WebhookEndpointRecord | undefined, nowMs: number): Verdict {
    if (!endpoint) return { outcome: 'abandoned', error: 'endpoint_deleted', retryInMs: null, pauseMs: 0, gone: false };
    // A resend to a disabled endpoint is a single try.
    const schedule = endpoint.status === 'disabled' ? this.options.schedule.slice(0, delivery.attempts + 1) : this.options.schedule;
    return classify(answer, delivery, schedule, nowMs);
  }

  private pace(lane: Lane, verdict: Verdict, nowMs: number): void {
    if (verdict.error === 'endpoint_deleted') return;
    if (verdict.outcome === 'delivered') lane.recovered();
    else lane.failed();
    const pauseMs = verdict.gone ? GONE_PAUSE_MS : verdict.pauseMs;
    if (pauseMs > 0) lane.pausedUntilMs = Math.max(lane.pausedUntilMs, nowMs + pauseMs);
  }

  /** Why the endpoint is to be disabled after this attempt, or null. */
  private async disabling(lane: Lane, endpoint: WebhookEndpointRecord, verdict: Verdict, nowMs: number): Promise<string | null> {
    const { health, disableAfterMs, directory } = this.options;
    if (verdict.outcome === 'delivered') {
      if (nowMs - lane.healthyToldAtMs < HEALTHY_TELL_MS) return null;
      await health.succeeded(endpoint.id);
      lane.healthyToldAtMs = nowMs;
      return null;
    }
    const streak = await health.failed(endpoint.id, nowMs);
    const current = directory.get(endpoint.id);
    if (current?.status !== 'enabled' || current.updatedAt !== endpoint.updatedAt || lane.disabling === endpoint.updatedAt) return null;
    return disableReason(verdict.gone, streak, Date.parse(endpoint.updatedAt), nowMs, disableAfterMs);
  }

  private async finish({ queue, delivery, lease }: Dispatched, nextAtMs: number | null, attempts: number, notices: readonly Delivery[]): Promise<readonly QueueHead[]> {
    const { queues, nowMs, rememberMs, observer } = this.options;
    const { finished, heads } = await persist(
      () =>
        queues.finish(queue.name, {
          delivery,
          token: lease.token(),
          next: nextAtMs === null ? { kind: 'done', rememberUntilMs: nowMs() + rememberMs } : { kind: 'due', dueMs: nextAtMs, attempts },
          notices,
          nowMs: nowMs(),
        }),
      queue.signal,
    );
    if (!finished) observer.onLeaseLost(delivery);
    return heads;
  }

  private putBack(dispatched: Dispatched): Promise<readonly QueueHead[]> {
    return this.finish(dispatched, this.options.nowMs(), dispatched.delivery.attempts, []);
  }

  private async disable(lane: Lane, endpoint: WebhookEndpointRecord, reason: string, signal: AbortSignal): Promise<void> {
    if (lane.disabling === endpoint.updatedAt) return;
    lane.disabling = endpoint.updatedAt;
    const disabled = await persist(() => this.disableUnlessChanged(endpoint, reason), signal);
    if (disabled) this.options.observer.onDisabled(endpoint, reason);
  }

  /** The steps before may have waited long for a store: a new URL or secret, or a deletion, that came meanwhile is not overwritten. */
  private async disableUnlessChanged(endpoint: WebhookEndpointRecord, reason: string): Promise<boolean> {
    if (this.options.directory.get(endpoint.id)?.updatedAt !== endpoint.updatedAt) return false;
    await this.options.control.disable(endpoint, reason);
    return true;
  }
}
