import { type CommittedOffset, type DeadLetters, type HandlerFactory, type LogAdmin, type LogBatch, type LogRecord, type PartitionHandler, StaleOwner, type TopicPartition } from '@stakewatch/runtime';
import type { DeliveryHistory } from '../archive/delivery-history';
import { attemptRecord } from '../core/attempt-record';
import type { Delivery } from '../core/delivery';
import { rebuilt } from '../core/rebuilt';
import type { AttemptLog } from '../dispatch/attempt-log';
import type { Dispatcher, Lease } from '../dispatch/dispatcher';
import type { EndpointDirectory } from '../dispatch/endpoint-directory';
import type { OwnedQueue } from '../dispatch/owned-queue';
import type { DeliveryQueues, Entry } from '../queue/port';
import type { DeliverySource } from './source';

export interface QueueHandlerOptions {
  readonly source: DeliverySource;
  readonly queues: DeliveryQueues;
  readonly dispatcher: Dispatcher;
  readonly directory: EndpointDirectory;
  readonly history: DeliveryHistory;
  readonly attempts: AttemptLog;
  readonly deadLetters: DeadLetters;
  readonly admin: LogAdmin;
  readonly sendsToDisabled: boolean;
  /** How far back the log is read when the store has lost the partition: no delivery stays pending longer. */
  readonly rebuildWindowMs: number;
  readonly rememberMs: number;
  /** Deliveries that one partition keeps for one endpoint; more are abandoned, with a record. */
  readonly pendingLimit: number;
  /** Deliveries that one partition keeps in all before it takes more for endpoints that take nothing. */
  readonly stuckLimit: number;
  readonly nowMs: () => number;
  onAccepted(topic: string, added: number): void;
  onLost(at: TopicPartition, fromOffset: number): void;
}

/** Deliveries of one atomic step. */
const STEP_DELIVERIES = 500;

/**
 * Takes one partition's records into its queue:
 *
 *   read -> (rebuilding: ask history) -> dead letters and abandoned ones to the log -> accept deliveries and offset, one step -> send
 *
 * What a crash leaves behind:
 * - before accept: nothing but dead letters and abandoned attempts, which are published again with the same identity.
 * - after accept, before the POST: what was leased to be sent at once is due again when the lease ends; nothing is lost.
 * - a second owner meanwhile: accept is refused (StaleOwner) and changes nothing.
 * - the store lost the partition: `open` reads the log again from `rebuildWindowMs` ago, and until the group's committed offset
 *   is reached takes no delivery that the delivery log shows settled.
 */
export function queueHandler(options: QueueHandlerOptions): HandlerFactory {
  return (at) => new QueueHandler(at, options);
}

type Step = { readonly firstOffset: number; readonly nextOffset: number; readonly deliveries: readonly Delivery[] };
type Reserved = { readonly entry: Entry; readonly lease: Lease | null };

class QueueHandler implements PartitionHandler {
  private epoch = 0;
  private savedOffset: number | null = null;
  private rebuildUntil: number | null = null;
  private queue: OwnedQueue | null = null;

  constructor(
    private readonly at: TopicPartition,
    private readonly options: QueueHandlerOptions,
  ) {}

  async open(committed: CommittedOffset): Promise<number | null> {
    const opened = await this.options.queues.open(this.at);
    this.epoch = opened.epoch;
    this.savedOffset = opened.nextOffset;
    this.rebuildUntil = opened.rebuildUntil;
    if (opened.nextOffset === null && committed.offset !== null && committed.offset > 0) await this.beginRebuild(committed.offset);
    this.queue = this.options.dispatcher.attach(this.at, opened, this.options.sendsToDisabled);
    return this.savedOffset;
  }

  /** The mark is saved with the offset, so that a crash in the middle goes on with the rebuild. */
  private async beginRebuild(rebuildUntil: number): Promise<void> {
    const { admin, nowMs, rebuildWindowMs, queues, onLost } = this.options;
    this.options.history.lossFound();
    const offsets = await admin.offsetsAt(this.at.topic, Math.floor(nowMs() - rebuildWindowMs));
    const from = Math.min(rebuildUntil, offsets.find(({ partition }) => partition === this.at.partition)?.offset ?? 0);
    await queues.accept(this.at, { epoch: this.epoch, expectedOffset: null, nextOffset: from, rebuildUntil, entries: [], nowMs: nowMs(), rememberUntilMs: nowMs() });
    this.savedOffset = from;
    this.rebuildUntil = rebuildUntil;
    onLost(this.at, from);
  }

  async process(batch: LogBatch): Promise<void> {
    if (!this.queue?.open) throw new StaleOwner(`${this.at.topic}-${this.at.partition} was taken over`);
    for (const step of await this.steps(batch)) await this.take(step, this.queue);
  }

  async close(): Promise<void> {
    if (this.queue) await this.options.dispatcher.detach(this.queue);
    this.queue = null;
  }

  /** The batch cut into steps of bounded size; its unreadable records are dead-lettered first. */
  private async steps({ records }: LogBatch): Promise<Step[]> {
    const readings = await this.options.source.read(records);
    const letters: { record: LogRecord; reason: string }[] = [];
    const steps: Step[] = [];
    let deliveries: Delivery[] = [];
    let firstOffset = records[0]?.offset ?? 0;
    for (const [index, record] of records.entries()) {
      const reading = readings[index];
      if (!reading) throw new Error('the source left out a record');
      if ('unreadable' in reading) letters.push({ record, reason: reading.unreadable });
      else deliveries.push(...reading.deliveries);
      if (index < records.length - 1 && deliveries.length < STEP_DELIVERIES) continue;
      steps.push({ firstOffset, nextOffset: record.offset + 1, deliveries });
      deliveries = [];
      firstOffset = record.offset + 1;
    }
    if (letters.length > 0) await this.options.deadLetters.publish(letters);
    return steps;
  }

  private async take(step: Step, queue: OwnedQueue): Promise<void> {
    const { queues, dispatcher, nowMs, rememberMs, onAccepted } = this.options;
    const unsettled = await this.withHistory(step);
    const reserved = await this.reserveAll(unsettled, queue);
    let leased: ReadonlySet<string> = new Set();
    try {
      const accepted = await queues.accept(this.at, {
        epoch: this.epoch,
        expectedOffset: this.savedOffset,
        nextOffset: step.nextOffset,
        entries: reserved.map(({ entry }) => entry),
        nowMs: nowMs(),
        rememberUntilMs: nowMs() + rememberMs,
      });
      this.savedOffset = step.nextOffset;
      leased = accepted.leased;
      onAccepted(this.at.topic, accepted.added);
      dispatcher.heads(queue, accepted.heads);
    } finally {
      for (const { entry, lease } of reserved) {
        if (!lease) continue;
        if (leased.has(lease.token)) dispatcher.start(queue, entry.delivery, lease);
        else dispatcher.release(entry.delivery.endpointId);
      }
    }
  }

  /** What was worked before the store lost the partition is looked up; what is new is due now. */
  private async withHistory({ firstOffset, deliveries }: Step): Promise<Entry[]> {
    const now = this.options.nowMs();
    if (this.rebuildUntil === null || firstOffset >= this.rebuildUntil) return deliveries.map((delivery) => ({ kind: 'due', delivery, dueMs: now }));
    const past = await this.options.history.pastOf(deliveries);
    return deliveries.map((delivery) => {
      const outcome = rebuilt(delivery, past.get(delivery.id), now);
      return outcome.settled ? { kind: 'settled', delivery: outcome.delivery } : { kind: 'due', delivery: outcome.delivery, dueMs: outcome.dueMs };
    });
  }

  private async reserveAll(entries: readonly Entry[], queue: OwnedQueue): Promise<Reserved[]> {
    const { dispatcher, pendingLimit, stuckLimit, nowMs } = this.options;
    const now = nowMs();
    const added = new Map<string, number>();
    let inAll = dispatcher.pendingIn(queue);
    const reserved: Reserved[] = [];
    const overflowing: Delivery[] = [];
    for (const entry of entries) {
      const { delivery } = entry;
      if (entry.kind !== 'due') {
        reserved.push({ entry, lease: null });
        continue;
      }
      const pending = dispatcher.pendingOf(queue, delivery.endpointId) + (added.get(delivery.endpointId) ?? 0);
      if (pending >= pendingLimit || (inAll >= stuckLimit && dispatcher.isStuck(delivery.endpointId))) {
        overflowing.push(delivery);
        reserved.push({ entry: { kind: 'settled', delivery }, lease: null });
        continue;
      }
      added.set(delivery.endpointId, (added.get(delivery.endpointId) ?? 0) + 1);
      inAll += 1;
      const lease = entry.dueMs <= now ? dispatcher.reserve(queue, delivery.endpointId) : null;
      reserved.push({ entry: lease ? { kind: 'leased', delivery, ...lease } : entry, lease });
    }
    try {
      await Promise.all(overflowing.map((delivery) => this.abandon(delivery)));
    } catch (error) {
      for (const { entry, lease } of reserved) if (lease) dispatcher.release(entry.delivery.endpointId);
      throw error;
    }
    return reserved;
  }

  private abandon(delivery: Delivery): Promise<void> {
    const url = this.options.directory.get(delivery.endpointId)?.url ?? '';
    const startedAtMicros = this.options.nowMs() * 1_000;
    return this.options.attempts.publish(attemptRecord(delivery, { outcome: 'abandoned', url, status: null, error: 'queue_full', excerpt: null, startedAtMicros, durationMs: 0, nextAttemptAtMs: null }));
  }
}
