import type { Static, TSchema } from '@sinclair/typebox';
import { TOPICS, type TopicDeclaration, deadLetterTopic } from '@stakewatch/contracts';
import { type ControlTable, TableState } from '../control/control-table';
import { tableReader } from '../control/table-reader';
import type { ConsumeOptions, LogClient, TailOptions } from './client';
import { partitionOf } from './murmur2';
import { PartitionSlot } from './partition-slot';
import { type BatchControl, type CommittedOffset, type LogAdmin, type LogConsumer, type LogRecord, type OutgoingRecord, Rewound, type TopicPartition } from './port';

/**
 * The log's memory twin for tests: same ports, same order, same position rules (PartitionSlot), one member per group.
 * `settle()` resolves when every consumer has read all there is.
 */
export class MemoryLog implements LogClient {
  private readonly topics = new Map<string, LogRecord[][]>();
  private readonly commits = new Map<string, CommittedOffset>();
  private readonly followers = new Set<(record: LogRecord) => void>();
  private readonly consumers = new Set<MemoryConsumer>();

  constructor(partitions = 3) {
    for (const topic of Object.values<TopicDeclaration>(TOPICS)) {
      this.create(topic.name, topic.partitions === 'data' ? partitions : 1);
      this.create(deadLetterTopic(topic.name), 1);
    }
  }

  private create(topic: string, partitions: number): void {
    this.topics.set(topic, Array.from({ length: partitions }, () => []));
  }

  partitions(topic: string): LogRecord[][] {
    const found = this.topics.get(topic);
    if (!found) throw new Error(`topic ${topic} does not exist`);
    return found;
  }

  /** All records of a topic, partition by partition. */
  records(topic: string): readonly LogRecord[] {
    return this.partitions(topic).flat();
  }

  append(outgoing: OutgoingRecord): LogRecord {
    const partitions = this.partitions(outgoing.topic);
    const key = typeof outgoing.key === 'string' ? Buffer.from(outgoing.key) : outgoing.key;
    const partition = outgoing.partition ?? (key === null ? 0 : partitionOf(key, partitions.length));
    const list = partitions[partition];
    if (!list) throw new Error(`topic ${outgoing.topic} has no partition ${partition}`);
    const record: LogRecord = { topic: outgoing.topic, partition, offset: list.length, timestamp: outgoing.timestamp ?? Date.now(), key, value: outgoing.value, headers: outgoing.headers ?? {} };
    list.push(record);
    for (const follow of this.followers) follow(record);
    return record;
  }

  async producer() {
    return {
      send: async (records: readonly OutgoingRecord[]) => {
        for (const record of records) this.append(record);
        for (const consumer of this.consumers) consumer.wake();
      },
      close: async () => undefined,
    };
  }

  async admin(): Promise<LogAdmin> {
    return {
      ensureTopics: async () => undefined,
      partitionCount: async (topic) => this.partitions(topic).length,
      offsets: async (topic) => this.partitions(topic).map((list, partition) => ({ partition, first: 0, next: list.length })),
      offsetsAt: async (topic, timestampMs) =>
        this.partitions(topic).map((list, partition) => ({ partition, offset: list.find(({ timestamp }) => timestamp >= timestampMs)?.offset ?? list.length })),
      committed: async (group, topic) => this.partitions(topic).map((_, partition) => ({ partition, ...this.committed(group, { topic, partition }) })),
      close: async () => undefined,
    };
  }

  committed(group: string, { topic, partition }: TopicPartition): CommittedOffset {
    return this.commits.get(`${group}/${topic}/${partition}`) ?? { offset: null, metadata: null };
  }

  commit(group: string, { topic, partition }: TopicPartition, offset: number, metadata?: string): void {
    this.commits.set(`${group}/${topic}/${partition}`, { offset, metadata: metadata ?? null });
  }

  async table<S extends TSchema>(topic: keyof typeof TOPICS, schema: S): Promise<ControlTable<Static<S>>> {
    const state = new TableState<Static<S>>();
    const read = tableReader(schema, state, (record, reason) => {
      throw new Error(`unfit control record ${record.topic}@${record.offset}: ${reason}`);
    });
    const name = TOPICS[topic].name;
    for (const record of this.records(name)) read(record);
    const follow = (record: LogRecord) => {
      if (record.topic === name) read(record);
    };
    this.followers.add(follow);
    return state.asTable(async () => void this.followers.delete(follow));
  }

  async tail({ topic, partition, onRecord }: TailOptions) {
    const follow = (record: LogRecord) => {
      if (record.topic === topic && record.partition === partition) onRecord(record);
    };
    this.followers.add(follow);
    return { close: async () => void this.followers.delete(follow) };
  }

  async consume(options: ConsumeOptions): Promise<LogConsumer & { settle(): Promise<void> }> {
    const consumer = new MemoryConsumer(this, options);
    this.consumers.add(consumer);
    consumer.wake();
    return consumer;
  }

  async settle(): Promise<void> {
    for (let before = -1, after = 0; before !== after; ) {
      before = after;
      for (const consumer of this.consumers) await consumer.settle();
      after = [...this.topics.values()].flat().reduce((sum, list) => sum + list.length, 0);
    }
  }

  async close(): Promise<void> {
    for (const consumer of this.consumers) await consumer.close();
    this.consumers.clear();
  }
}

/** Errors thrown by handlers surface in settle(): tests decide what they mean. */
class MemoryConsumer implements LogConsumer {
  private readonly slots = new Map<string, PartitionSlot>();
  private readonly reads = new Map<string, number>();
  private work: Promise<void> = Promise.resolve();
  private failureTold = false;
  private closed = false;

  constructor(
    private readonly log: MemoryLog,
    private readonly options: ConsumeOptions,
  ) {}

  owned(): readonly TopicPartition[] {
    return [...this.slots.keys()].map((name) => ({ topic: name.slice(0, name.lastIndexOf('/')), partition: Number(name.slice(name.lastIndexOf('/') + 1)) }));
  }

  wake(): void {
    this.work = this.work.then(() => (this.closed ? undefined : this.readAll()));
    this.work.catch(() => undefined);
  }

  /** A failed read rests until the next settle, which offers the same batch again, like the real consumer does after a pause. */
  async settle(): Promise<void> {
    const failed = await this.work.then(() => false, () => true);
    if (failed && !this.failureTold) {
      this.failureTold = true;
      return this.work;
    }
    this.failureTold = false;
    if (failed) this.work = Promise.resolve();
    this.wake();
    await this.work.catch((error: unknown) => {
      this.failureTold = true;
      throw error;
    });
  }

  private async readAll(): Promise<void> {
    for (const { topic, handler } of this.options.inputs) {
      for (const [partition, list] of this.log.partitions(topic).entries()) {
        const name = `${topic}/${partition}`;
        const committed = this.log.committed(this.options.group, { topic, partition });
        if (this.options.openOnAssignment && !this.slots.has(name)) {
          const { nextOffset } = await this.slotOf(name, { topic, partition }, handler, committed);
          if (nextOffset !== null) this.reads.set(name, nextOffset);
        }
        while ((this.reads.get(name) ?? committed.offset ?? 0) < list.length) {
          await this.readOne(name, { topic, partition }, list, handler, committed);
        }
        if (this.options.readAhead) await this.settleHeld(name, { topic, partition });
      }
    }
  }

  private async slotOf(name: string, at: TopicPartition, handler: ConsumeOptions['inputs'][number]['handler'], committed: CommittedOffset): Promise<PartitionSlot> {
    let slot = this.slots.get(name);
    if (!slot) {
      slot = new PartitionSlot(handler(at));
      await slot.open(committed);
      this.slots.set(name, slot);
    }
    return slot;
  }

  private async readOne(name: string, at: TopicPartition, list: readonly LogRecord[], handler: ConsumeOptions['inputs'][number]['handler'], committed: CommittedOffset): Promise<void> {
    const slot = await this.slotOf(name, at, handler, committed);
    const records = list.slice(this.reads.get(name) ?? committed.offset ?? 0);
    const outcome = await this.rewinding(name, slot.offer({ ...at, records, highWatermark: list.length }, this.controlOf(at)));
    if (outcome.kind === 'done' && !outcome.held) this.log.commit(this.options.group, at, outcome.nextOffset);
    this.reads.set(name, outcome.kind === 'done' ? outcome.nextOffset : outcome.offset);
  }

  private async settleHeld(name: string, at: TopicPartition): Promise<void> {
    const nextOffset = await this.rewinding(name, this.slots.get(name)?.settle(this.controlOf(at)) ?? Promise.resolve(null));
    if (nextOffset !== null) this.log.commit(this.options.group, at, nextOffset);
  }

  private controlOf(at: TopicPartition): BatchControl {
    return {
      isOwner: () => !this.closed,
      heartbeat: async () => undefined,
      commit: async (offset, metadata) => this.log.commit(this.options.group, at, offset, metadata),
    };
  }

  private async rewinding<T>(name: string, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      if (error instanceof Rewound) this.reads.set(name, error.offset);
      throw error;
    }
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.work.catch(() => undefined);
    await Promise.all([...this.slots.values()].map((slot) => slot.close()));
    this.slots.clear();
  }
}
