import type { WebhookAttempt, WebhookEndpointRecord } from '@stakewatch/contracts';
import { attemptRecord } from '../core/attempt-record';
import { type Answer, classify, type Verdict } from '../core/classify';
import { noticesOf, warningsOf } from '../core/deliveries';
import type { Delivery } from '../core/delivery';
import { type Consequence, consequenceOf, type Patience } from '../core/disabling';
import { signedHeaders } from '../core/signature';
import type { WebhookSender } from '../http/send-webhook';
import type { EndpointHealth } from '../queue/endpoint-health';
import type { DeliveryQueues, Finished, QueueHead } from '../queue/port';
import type { AttemptLog } from './attempt-log';
import type { EndpointControl } from './endpoint-control';
import type { EndpointDirectory } from './endpoint-directory';
import type { Lane } from './lane';
import type { OwnedQueue } from './owned-queue';
import { persist } from './persist';

export interface DelivererOptions extends Patience {
  readonly queues: DeliveryQueues;
  readonly directory: EndpointDirectory;
  readonly sender: WebhookSender;
  readonly health: EndpointHealth;
  readonly attempts: AttemptLog;
  readonly control: EndpointControl;
  /** Milliseconds before each attempt (core/schedule.ts). */
  readonly schedule: readonly number[];
  readonly timeoutMs: number;
  /** How long settled deliveries are remembered. */
  readonly rememberMs: number;
  readonly nowMs: () => number;
  readonly observer: DeliveryObserver;
}

export interface DeliveryObserver {
  onAttempt(delivery: Delivery, attempt: WebhookAttempt): void;
  /** Another instance took the delivery over meanwhile: it may be sent once more. */
  onLeaseLost(delivery: Delivery): void;
  onFailing(endpoint: WebhookEndpointRecord, failingSinceMs: number): void;
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
 * 4. Mark the delivery done or due again, with the notices of a warning or disabling, in one step. -> Nothing is left to do but 5.
 * 5. Write the endpoint's record as disabled, unless its owner has changed it since 1; or note that others were warned. -> It stays enabled
 *    until its next failure, which disables it (or warns); the notices' ids are the same.
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
    const seen = endpoint ? await persist(() => this.health(dispatched, endpoint, verdict, answer.status, endedAtMs), queue.signal) : null;
    const { finished, heads } = await this.finish(dispatched, nextAtMs, delivery.attempts + 1, seen?.notices ?? []).catch((error: unknown) => {
      lane.tellingOf = null;
      throw error;
    });
    if (endpoint && seen?.kind === 'disable') await this.disable(lane, endpoint, seen.reason, queue.signal);
    if (endpoint && seen?.kind === 'warn') await this.noteWarning(lane, endpoint, seen.failingSinceMs, finished, queue.signal);
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

  /** Counts the attempt, and says what is a consequence of it, with the notices that go out for that. */
  private async health({ lane, queue }: Dispatched, endpoint: WebhookEndpointRecord, verdict: Verdict, status: number | null, nowMs: number): Promise<(NonNullable<Consequence> & { notices: readonly Delivery[] }) | null> {
    const { health, directory, disableAfterMs } = this.options;
    if (verdict.outcome === 'delivered') {
      if (nowMs - lane.healthyToldAtMs < HEALTHY_TELL_MS) return null;
      await health.succeeded(endpoint.id);
      lane.healthyToldAtMs = nowMs;
      return null;
    }
    lane.healthyToldAtMs = 0;
    const streak = await health.failed(endpoint.id, { atMs: nowMs, httpStatus: status, error: verdict.error ?? '', updatedAtMs: Date.parse(endpoint.updatedAt) });
    const current = directory.get(endpoint.id);
    if (current?.status !== 'enabled' || current.updatedAt !== endpoint.updatedAt || lane.disabling === endpoint.updatedAt) return null;
    const consequence = consequenceOf(verdict.gone, verdict.error, streak, nowMs, this.options);
    const own = directory.ofCompany(endpoint.companyId);
    if (consequence?.kind === 'disable') return { ...consequence, notices: noticesOf(endpoint, consequence.reason, nowMs, own, !queue.sendsToDisabled) };
    if (consequence === null || lane.tellingOf === consequence.failingSinceMs) return null;
    const { failingSinceMs } = consequence;
    lane.tellingOf = failingSinceMs;
    const facts = { failingSinceMs, failures: streak.failures, httpStatus: status, error: verdict.error, atMs: nowMs, disabledAtMs: failingSinceMs + disableAfterMs };
    return { ...consequence, notices: warningsOf(endpoint, facts, own) };
  }

  /** Notices that did not get into the queue, as another holds the lease, are left to the next failure. */
  private async noteWarning(lane: Lane, endpoint: WebhookEndpointRecord, failingSinceMs: number, finished: boolean, signal: AbortSignal): Promise<void> {
    if (!finished) {
      lane.tellingOf = null;
      return;
    }
    await persist(() => this.options.health.told(endpoint.id, failingSinceMs), signal);
    this.options.observer.onFailing(endpoint, failingSinceMs);
  }

  private async finish({ queue, delivery, lease }: Dispatched, nextAtMs: number | null, attempts: number, notices: readonly Delivery[]): Promise<Finished> {
    const { queues, nowMs, rememberMs, observer } = this.options;
    const result = await persist(
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
    if (!result.finished) observer.onLeaseLost(delivery);
    return result;
  }

  private async putBack(dispatched: Dispatched): Promise<readonly QueueHead[]> {
    return (await this.finish(dispatched, this.options.nowMs(), dispatched.delivery.attempts, [])).heads;
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
