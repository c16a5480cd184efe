import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import type { ConsumeOptions, ConsumerHooks, ReadAhead } from './client';
import { type CommitOffset, DeferredCommits } from './deferred-commits';
import { asCommitError, isKafkaError, isUnknownMember, rebalanceIn } from './kafka-errors';
import { toLogBatch } from './kafkajs-record';
import { LagWatch } from './lag-watch';
import { PartitionQueue } from './partition-queue';
import { PartitionSlot } from './partition-slot';
import { pause, type Turn, turnOfItsOwn } from './turn';
import { type BatchControl, leaveToNextOwner, type LogAdmin, type LogBatch, type LogConsumer, type LogRecord, LogUnavailable, partitionName, Retriable, Rewound, StaleOwner, type TopicPartition } from './port';

/** How often a fetch that waits for room tells the group that this member lives. */
const ROOM_MS = 1_000;
const LAG_EVERY_MS = 10_000;

/**
 * The only place that consumes with kafkajs. Auto-commit is off; offsets are committed after the effects; a partition that
 * was lost in a rebalance is fenced by the handler's epoch or by the group's generation, never by luck
 * (ecosystem.md, kafkajs: known faults).
 *
 * Failure of a batch: Retriable (and LogUnavailable) -> same batch again after a pause, with heartbeats, for ever; Rewound -> the
 * same from an earlier offset; StaleOwner -> the handler is closed and opened anew; a rebalance -> kafkajs joins again; anything else -> `onFatal`, the process ends.
 */
export async function createKafkajsConsumer(kafka: Kafka, admin: LogAdmin, options: ConsumeOptions, hooks: ConsumerHooks): Promise<LogConsumer> {
  const consumer = kafka.consumer({
    groupId: options.group,
    allowAutoTopicCreation: false,
    sessionTimeout: options.sessionTimeoutMs ?? 15_000,
    rebalanceTimeout: 30_000,
    heartbeatInterval: 1_500,
    minBytes: options.minBytes ?? 1,
    maxBytes: options.maxBytes ?? 8_388_608,
    maxBytesPerPartition: options.maxBytesPerPartition ?? 1_048_576,
    maxWaitTimeInMs: options.maxWaitMs ?? 500,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries: Number.MAX_SAFE_INTEGER },
  });
  const reader = new GroupReader(consumer, admin, options, hooks);
  await reader.start();
  return reader;
}

class GroupReader implements LogConsumer {
  private readonly slots = new Map<string, PartitionSlot>();
  private readonly places = new Map<string, TopicPartition>();
  private readonly opening = new Map<string, Promise<PartitionSlot>>();
  private readonly queues = new Map<string, { readonly at: TopicPartition; readonly queue: PartitionQueue }>();
  private assignment: Record<string, number[]> = {};
  private closing = false;
  /** Null: an offset is committed before the partition goes on. */
  private readonly deferred: DeferredCommits | null;
  private readonly lag: LagWatch;
  /** Says that the group does not know this member, while no join came after: not every commit is made by a batch that kafkajs waits for, so the next one tells it. */
  private expelled: Error | null = null;
  private joins = 0;

  constructor(
    private readonly consumer: Consumer,
    private readonly admin: LogAdmin,
    private readonly options: ConsumeOptions,
    private readonly hooks: ConsumerHooks,
  ) {
    const { commitIntervalMs = 0 } = options;
    this.deferred = commitIntervalMs === 0 ? null : new DeferredCommits(commitIntervalMs, (offsets) => this.commitAll(offsets), isKafkaError, (error) => hooks.onFatal(error));
    this.lag = new LagWatch(admin, { group: options.group, everyMs: LAG_EVERY_MS, assigned: () => placesOf(this.assignment), tell: (at, records) => hooks.onLag(at, records) });
  }

  async start(): Promise<void> {
    const { consumer, options } = this;
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => void this.onAssigned(payload.memberAssignment));
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart && !this.closing) this.hooks.onFatal(payload.error);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: options.inputs.map(({ topic }) => topic), fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: options.concurrency ?? 4,
      eachBatch: async (payload) => {
        if (this.expelled && !this.closing) throw this.expelled;
        await (options.readAhead ? this.takeAhead(payload, options.readAhead) : this.onBatch(payload));
      },
    });
  }

  owned(): readonly TopicPartition[] {
    return [...this.places.values()];
  }

  async close(): Promise<void> {
    this.closing = true;
    await this.lag.close();
    // Before the group is left: a batch still at hand commits by itself from here on.
    await this.deferred?.close();
    await this.stopQueues(() => true);
    await Promise.all([...this.places.values()].map((at) => this.settleLast(at)));
    await this.consumer.stop();
    await this.closeSlots(() => true);
    await this.consumer.disconnect();
  }

  private async onAssigned(assignment: Record<string, number[]>): Promise<void> {
    this.assignment = assignment;
    this.expelled = null;
    this.joins += 1;
    try {
      await this.keepOnly(assignment);
      if (this.options.openOnAssignment) await this.openAll(assignment);
    } catch (error) {
      this.hooks.onFatal(error);
    }
  }

  /** A partition that another member has now is let go; one that stays keeps its handler (its epoch still fences). */
  private async keepOnly(assignment: Record<string, number[]>): Promise<void> {
    const isLost = ({ topic, partition }: TopicPartition): boolean => !(assignment[topic] ?? []).includes(partition);
    await this.stopQueues(isLost);
    await this.closeSlots(isLost);
  }

  private async stopQueues(which: (at: TopicPartition) => boolean): Promise<void> {
    for (const [name, { at, queue }] of this.queues) {
      if (!which(at)) continue;
      this.queues.delete(name);
      await queue.stop();
    }
  }

  private async openAll(assignment: Record<string, number[]>): Promise<void> {
    await Promise.all(placesOf(assignment).map((at) => this.openNow(at, () => this.assignment === assignment && !this.closing)));
  }

  /** Opens without a batch; a dependency that is down is waited for while the partition is ours, and told of. */
  private async openNow(at: TopicPartition, isOurs: () => boolean): Promise<void> {
    for (let attempt = 1; isOurs(); attempt += 1) {
      try {
        const slot = await this.slotOf(at);
        const { nextOffset } = slot;
        if (isOurs()) {
          if (nextOffset !== null) this.consumer.seek({ ...at, offset: String(nextOffset) });
        } else if (this.closing || !(this.assignment[at.topic] ?? []).includes(at.partition)) await this.drop(at);
        return;
      } catch (error) {
        if (!(error instanceof Retriable || error instanceof LogUnavailable || isKafkaError(error))) throw error;
        this.hooks.onRetry(at, error as Error, attempt);
        await new Promise((resolve) => setTimeout(resolve, 1_000));
      }
    }
  }

  /** At the same time: what one waits for (a webhook's receiver that hangs) is no reason for the others to go on meanwhile, nor to wait after it. */
  private async closeSlots(which: (at: TopicPartition) => boolean): Promise<void> {
    await Promise.all([...this.places].filter(([, at]) => which(at)).map(([name, at]) => this.closeSlot(name, at)));
  }

  private async closeSlot(name: string, at: TopicPartition): Promise<void> {
    const slot = this.slots.get(name);
    this.deferred?.forget(at);
    this.slots.delete(name);
    this.places.delete(name);
    await slot?.close();
    this.hooks.onReleased(at);
  }

  private async onBatch(payload: EachBatchPayload): Promise<void> {
    const batch = toLogBatch(payload.batch);
    if (batch.records.length === 0) return payload.resolveOffset(payload.batch.lastOffset());
    await this.workUntilDone(batch, {
      isLive: () => payload.isRunning() && !payload.isStale() && !this.closing,
      heartbeat: () => payload.heartbeat(),
      resolve: (offset) => {
        if (!payload.isStale()) payload.resolveOffset(String(offset));
      },
    });
    await payload.heartbeat();
  }

  /** Hands a batch over to its partition's queue and lets the fetch go on; the fetch loop keeps the membership alive. */
  private async takeAhead(payload: EachBatchPayload, limits: ReadAhead): Promise<void> {
    const batch = toLogBatch(payload.batch);
    if (payload.isStale() || this.closing) return;
    payload.resolveOffset(payload.batch.lastOffset());
    if (batch.records.length === 0) return;
    const queue = this.queueOf(batch, limits);
    queue.add(batch);
    while (queue.isFull && payload.isRunning() && !this.closing) {
      await queue.room(ROOM_MS);
      await payload.heartbeat();
    }
  }

  private queueOf({ topic, partition }: TopicPartition, limits: ReadAhead): PartitionQueue {
    const at = { topic, partition };
    const name = partitionName(at);
    const known = this.queues.get(name);
    if (known) return known.queue;
    const queue = new PartitionQueue(at, limits, {
      work: (batch, isOurs) => this.orFatal(this.workUntilDone(batch, turnOfItsOwn(() => isOurs() && !this.closing))),
      settle: (isOurs) => this.orFatal(this.settleUntilDone(at, turnOfItsOwn(() => isOurs() && !this.closing))),
    });
    this.queues.set(name, { at, queue });
    return queue;
  }

  private orFatal(work: Promise<boolean>): Promise<boolean> {
    return work.catch((error: unknown) => {
      this.hooks.onFatal(error);
      return false;
    });
  }

  /** False when the batch was given up: it will be fetched again, from where its partition's position is. */
  private workUntilDone(batch: LogBatch, turn: Turn): Promise<boolean> {
    return this.untilDone(() => this.work(batch, turn), { topic: batch.topic, partition: batch.partition, offset: (batch.records[0] as LogRecord).offset }, turn);
  }

  /** What the partition's handler holds is made durable and committed. False when it was given up, as a batch is. */
  private async settleUntilDone(at: TopicPartition, turn: Turn): Promise<boolean> {
    const slot = this.slots.get(partitionName(at));
    if (slot === undefined || slot.heldFrom === null) return true;
    return this.untilDone(() => this.settle(at, slot, turn), { ...at, offset: slot.heldFrom }, turn);
  }

  /** While the group still knows this member. What fails is left to the next owner, as if this one had died. */
  private async settleLast(at: TopicPartition): Promise<void> {
    const slot = this.slots.get(partitionName(at));
    if (slot) await this.settle(at, slot, turnOfItsOwn(() => false)).catch(leaveToNextOwner);
  }

  private async settle(at: TopicPartition, slot: PartitionSlot, turn: Turn): Promise<boolean> {
    const control = this.controlOf(at, turn);
    const offset = await slot.settle(control);
    if (offset !== null) await this.commit({ ...at, offset }, control);
    return true;
  }

  private async untilDone(work: () => Promise<boolean>, from: CommitOffset, turn: Turn): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await work();
      } catch (error) {
        if (!(await this.recover(error, from, turn, attempt))) return false;
      }
    }
  }

  private async work(batch: LogBatch, turn: Turn): Promise<boolean> {
    const slot = await this.slotOf(batch);
    const control = this.controlOf(batch, turn);
    const started = process.hrtime.bigint();
    const outcome = await slot.offer(batch, control);
    if (outcome.kind === 'seek') {
      this.seek(batch, outcome.offset);
      return false;
    }
    turn.resolve(outcome.nextOffset - 1);
    if (!outcome.held) await this.commit({ topic: batch.topic, partition: batch.partition, offset: outcome.nextOffset }, control);
    this.hooks.onBatchDone(batch, outcome.nextOffset, Number(process.hrtime.bigint() - started) / 1e9);
    return true;
  }

  private async commit(reached: CommitOffset, control: BatchControl): Promise<void> {
    if (this.deferred && !this.closing) this.deferred.add(reached);
    else await control.commit(reached.offset);
  }

  private seek({ topic, partition }: TopicPartition, offset: number): void {
    this.consumer.seek({ topic, partition, offset: String(offset) });
  }

  private async commitAll(offsets: readonly (CommitOffset & { readonly metadata?: string })[]): Promise<void> {
    const { joins } = this;
    try {
      await this.consumer.commitOffsets(offsets.map(({ topic, partition, offset, metadata }) => ({ topic, partition, offset: String(offset), ...(metadata === undefined ? {} : { metadata }) })));
    } catch (error) {
      if (isUnknownMember(error) && joins === this.joins) this.expelled = rebalanceIn(error);
      throw error;
    }
  }

  private async slotOf({ topic, partition }: TopicPartition): Promise<PartitionSlot> {
    const name = partitionName({ topic, partition });
    const known = this.slots.get(name);
    if (known?.isOpen) return known;
    let opening = this.opening.get(name);
    if (!opening) this.opening.set(name, (opening = this.openSlot(name, { topic, partition }).finally(() => this.opening.delete(name))));
    return opening;
  }

  private async openSlot(name: string, at: TopicPartition): Promise<PartitionSlot> {
    const input = this.options.inputs.find(({ topic }) => topic === at.topic);
    if (!input) throw new Error(`no handler for topic ${at.topic}`);
    const slot = new PartitionSlot(input.handler(at));
    const committed = await this.admin.committed(this.options.group, at.topic).catch((error: unknown) => {
      throw new Retriable('committed offsets cannot be read', { cause: error });
    });
    await slot.open(committed.find(({ partition }) => partition === at.partition) ?? { offset: null, metadata: null });
    this.slots.set(name, slot);
    this.places.set(name, at);
    this.hooks.onOwned(at);
    return slot;
  }

  private controlOf({ topic, partition }: TopicPartition, turn: Turn): BatchControl {
    return {
      isOwner: () => turn.isLive(),
      heartbeat: () => turn.heartbeat(),
      commit: async (offset, metadata) => {
        try {
          await this.commitAll([{ topic, partition, offset, ...(metadata === undefined ? {} : { metadata }) }]);
        } catch (error) {
          throw asCommitError(error);
        }
      },
    };
  }

  /** True when the work, on records from `from` on, is to be done again here; false when kafkajs is to fetch anew. */
  private async recover(error: unknown, from: CommitOffset, turn: Turn, attempt: number): Promise<boolean> {
    if (error instanceof StaleOwner) {
      this.hooks.onStale(from, error);
      const held = this.slots.get(partitionName(from))?.heldFrom ?? from.offset;
      await this.drop(from);
      // What was read ahead, and what was held, is behind the fetch already; a partition that is gone is not ours to move.
      if (this.options.readAhead && turn.isLive()) this.seek(from, Math.min(held, from.offset));
      return false;
    }
    const cause = error instanceof Rewound ? error.cause : error;
    const rebalance = rebalanceIn(cause);
    if (rebalance && !this.options.readAhead) throw rebalance;
    if (cause instanceof Retriable || cause instanceof LogUnavailable || isKafkaError(cause)) {
      this.hooks.onRetry(from, cause as Error, attempt);
      await pause(turn, attempt);
      if (!(error instanceof Rewound)) return turn.isLive();
      if (turn.isLive()) this.seek(from, error.offset);
      return false;
    }
    this.hooks.onFatal(cause);
    return false;
  }

  private async drop(at: TopicPartition): Promise<void> {
    await this.closeSlots(({ topic, partition }) => topic === at.topic && partition === at.partition);
  }
}

const placesOf = (assignment: Record<string, number[]>): readonly TopicPartition[] => Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map((partition) => ({ topic, partition })));
