import { type BatchControl, type CommittedOffset, type DeadLetters, type HandlerFactory, type LogAdmin, type LogBatch, type LogRecord, type PartitionHandler, StaleOwner, type TopicPartition } from '@stakewatch/runtime';
import type { DeliveryHistory } from '../archive/delivery-history';
import { attemptRecord } from '../core/attempt-record';
import type { Delivery } from '../core/delivery';
import { markOf, textOfMark } from '../core/mark';
import { mayHaveWaited, type PastAttempts, type Read, rebuilt } from '../core/rebuilt';
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
  /** How far back the log is read at least when the store has lost the partition: by the schedule alone no delivery stays pending longer. */
  readonly rebuildWindowMs: number;
  /** Alerts on events that came longer ago are looked up in the delivery log: a detector that begins anew may repeat what is forgotten here. */
  readonly lookUpAfterMs: number;
  readonly rememberMs: number;
  /** Deliveries that one partition keeps for one endpoint; more are abandoned, with a record. */
  readonly pendingLimit: number;
  /** Deliveries that one partition keeps in all before it takes more for endpoints that take nothing. */
  readonly stuckLimit: number;
  readonly nowMs: () => number;
  onAccepted(topic: string, added: number): void;
  onLost(at: TopicPartition, fromOffset: number, sinceMs: number): void;
}

/** Deliveries of one atomic step. */
const STEP_DELIVERIES = 500;

/**
 * Takes one partition's records into its queue:
 *
 *   read -> (rebuilding, or old: ask history) -> dead letters and abandoned ones to the log -> accept deliveries and offset, one step
 *   -> send -> commit, with a mark of when the oldest record was written of which something waits
 *
 * What a crash leaves behind:
 * - before accept: nothing but dead letters and abandoned attempts, which are published again with the same identity.
 * - after accept, before the POST: what was leased to be sent at once is due again when the lease ends; nothing is lost.
 * - after accept, before commit: the mark is an older one, so that a rebuild would read more than it needs; never less.
 * - a second owner meanwhile: accept is refused (StaleOwner) and changes nothing.
 * - the store lost the partition: `open` reads the log again from the mark, or from `rebuildWindowMs` ago when that is earlier, and until
 *   the offset is reached that the group had committed takes no delivery that the delivery log shows settled. Lost once more meanwhile:
 *   the mark has that offset, too.
 */
export function queueHandler(options: QueueHandlerOptions): HandlerFactory {
  return (at) => new QueueHandler(at, options);
}

type Step = { readonly nextOffset: number; readonly reads: readonly Read[] };
type Reserved = { readonly entry: Entry; readonly lease: Lease | null };

class QueueHandler implements PartitionHandler {
  private rebuildUntil: number | null = null;
  private waitingSinceMs: number | null = null;
  private queue: OwnedQueue | null = null;

  constructor(
    private readonly at: TopicPartition,
    private readonly options: QueueHandlerOptions,
  ) {}

  async open(committed: CommittedOffset): Promise<number | null> {
    const opened = await this.options.queues.open(this.at);
    this.rebuildUntil = opened.rebuildUntil;
    const isLost = opened.nextOffset === null && committed.offset !== null && committed.offset > 0;
    const nextOffset = isLost ? await this.beginRebuild(opened.epoch, committed.offset, committed.metadata) : opened.nextOffset;
    this.queue = this.options.dispatcher.attach(this.at, { ...opened, nextOffset }, this.options.sendsToDisabled);
    return nextOffset;
  }

  /** The mark is saved with the offset, so that a crash in the middle goes on with the rebuild. */
  private async beginRebuild(epoch: number, committed: number, metadata: string | null): Promise<number> {
    const { admin, nowMs, rebuildWindowMs, queues, onLost } = this.options;
    this.options.history.lossFound();
    const mark = markOf(metadata);
    const rebuildUntil = Math.max(committed, mark.workedUntil ?? 0);
    const sinceMs = Math.floor(Math.min(nowMs() - rebuildWindowMs, mark.waitingSinceMs ?? Infinity));
    const offsets = await admin.offsetsAt(this.at.topic, sinceMs);
    const from = Math.min(committed, offsets.find(({ partition }) => partition === this.at.partition)?.offset ?? 0);
    await queues.accept(this.at, { epoch, expectedOffset: null, nextOffset: from, rebuildUntil, entries: [], nowMs: nowMs(), rememberUntilMs: nowMs() });
    this.rebuildUntil = rebuildUntil;
    onLost(this.at, from, sinceMs);
    return from;
  }

  async process({ records }: LogBatch, control: BatchControl): Promise<void | 'held'> {
    const { queue } = this;
    if (!queue?.open) throw new StaleOwner(`${this.at.topic}-${this.at.partition} was taken over`);
    // The others are taken already, and only their commit has failed.
    const fresh = records.filter(({ offset }) => offset >= (queue.nextOffset ?? 0));
    for (const step of await this.steps(fresh)) await this.take(step, queue);
    const next = (records.at(-1) as LogRecord).offset + 1;
    const workedUntil = this.rebuildUntil !== null && next < this.rebuildUntil ? this.rebuildUntil : null;
    const mark = textOfMark({ waitingSinceMs: this.waitingSinceMs, workedUntil });
    if (mark === undefined) return undefined;
    await control.commit(next, mark);
    return 'held';
  }

  async close(): Promise<void> {
    if (this.queue) await this.options.dispatcher.detach(this.queue);
    this.queue = null;
  }

  /** The batch cut into steps of bounded size; its unreadable records are dead-lettered first. */
  private async steps(records: readonly LogRecord[]): Promise<Step[]> {
    if (records.length === 0) return [];
    const readings = await this.options.source.read(records);
    const letters: { record: LogRecord; reason: string }[] = [];
    const steps: Step[] = [];
    let reads: Read[] = [];
    for (const [index, record] of records.entries()) {
      const reading = readings[index];
      if (!reading) throw new Error('the source left out a record');
      if ('unreadable' in reading) letters.push({ record, reason: reading.unreadable });
      else for (const delivery of reading.deliveries) reads.push({ delivery, offset: record.offset, recordedMs: record.timestamp });
      if (index < records.length - 1 && reads.length < STEP_DELIVERIES) continue;
      steps.push({ nextOffset: record.offset + 1, reads });
      reads = [];
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
        epoch: queue.epoch,
        expectedOffset: queue.nextOffset,
        nextOffset: step.nextOffset,
        entries: reserved.map(({ entry }) => entry),
        nowMs: nowMs(),
        rememberUntilMs: nowMs() + rememberMs,
      });
      queue.nextOffset = step.nextOffset;
      this.waitingSinceMs = accepted.waitingSinceMs;
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

  /** What was worked before the store lost the partition is looked up, and what is old; the rest is due now. */
  private async withHistory({ reads }: Step): Promise<Entry[]> {
    const { history, directory, nowMs, lookUpAfterMs, rememberMs } = this.options;
    const now = nowMs();
    const wasWorked = ({ offset }: Read): boolean => offset < (this.rebuildUntil ?? 0);
    const asked = reads.filter((read) => wasWorked(read) || (read.delivery.commandId === null && read.delivery.eventReceivedAt / 1_000 < now - lookUpAfterMs));
    const past: ReadonlyMap<string, PastAttempts> = asked.length === 0 ? new Map() : await history.pastOf(asked.map(({ delivery }) => delivery));
    return reads.flatMap((read): Entry[] => {
      const { delivery, recordedMs } = read;
      const known = past.get(delivery.id);
      if (wasWorked(read) && !mayHaveWaited(read, known, directory.get(delivery.endpointId)?.createdAt)) return [];
      const outcome = rebuilt(delivery, known, now);
      if (!outcome.settled) return [{ kind: 'due', delivery: outcome.delivery, recordedMs, dueMs: outcome.dueMs }];
      // Long settled: a repetition of it is looked up again.
      return recordedMs + rememberMs < now ? [] : [{ kind: 'settled', delivery }];
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
      reserved.push({ entry: lease ? { kind: 'leased', delivery, recordedMs: entry.recordedMs, ...lease } : entry, lease });
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
