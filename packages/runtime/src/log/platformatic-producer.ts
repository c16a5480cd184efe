import { addressOf, BrokerConnections } from './broker-connections';
import { partitionOf } from './murmur2';
import { LogUnavailable, type LogProducer, type OutgoingRecord } from './port';
import { type PartitionAnswer, produce } from './produce-request';
import { RecordBatch } from './record-batch';

/**
 * The ingest producer: records are written straight into one record batch per partition, batches of concurrent sends share a
 * request, and requests are pipelined. Connections and protocol primitives are @platformatic/kafka's; its own producer is not
 * used, because it copies every record several times (docs/decisions/0040-ingest-producer.md).
 *
 * Not idempotent in Kafka's sense: a batch whose acknowledgement was lost is sent again, and may then be in the log twice,
 * with the same uuids. Consumers make effects single by identity (design.md, "What must always hold" 2).
 */
export interface IngestProducerOptions {
  readonly clientId: string;
  readonly brokers: readonly string[];
  /** Milliseconds from `send` until it gives up. Default 10 s. */
  readonly deliveryTimeoutMs?: number;
}

const DELIVERY_TIMEOUT_MS = 10_000;
/** A request that is not answered in this time has lost its connection. */
const REQUEST_TIMEOUT_MS = 5_000;
const RETRY_PAUSE_MS = 100;
const MAX_IN_FLIGHT = 5;
/** Less than this waits for the answer to the request before it: a broker's work for a small request is that for a large one. */
const WORTH_A_REQUEST_BYTES = 64 * 1024;
/** Below the broker's default message.max.bytes of 1,048,588. */
const MAX_BATCH_BYTES = 900_000;
/** Memory of batches that are done, kept for the next ones. */
const KEPT_SLAB_BYTES = 4 * 1_048_576;
/** Codes that no second attempt changes: corrupt, too large, invalid topic, not authorised, invalid record. */
const FINAL_CODES = new Set([2, 10, 17, 29, 87]);

/** One call of send() or append(): done when each batch it has records in is acknowledged. */
interface Ticket {
  open: number;
  failed: boolean;
  readonly done: Done;
}

type Done = (error: Error | null) => void;

/** A topic that has been sent to. */
interface TopicState {
  /** Node ids by partition; negative: none. */
  leaders: readonly number[];
  /** Batches that still take records, by partition. */
  readonly filling: (PendingBatch | undefined)[];
}

interface PendingBatch {
  readonly topic: string;
  readonly partition: number;
  readonly records: RecordBatch;
  readonly tickets: Ticket[];
  readonly deadline: number;
  bytes: Buffer | null;
}

export interface IngestProducer extends LogProducer {
  /**
   * `send` of one record, told by callback: where each event is a call of its own, promises are felt (docs/performance.md).
   * @param done called once, with null or with what `send` would throw; it may be called before `append` returns. What it throws ends the process.
   */
  append(record: OutgoingRecord, done: (error: Error | null) => void): void;
  /** Asks the cluster for the topic's leaders. @throws when no broker answers or a partition has no leader: for readiness. */
  probe(topic: string): Promise<void>;
}

export async function createPlatformaticProducer(options: IngestProducerOptions): Promise<IngestProducer> {
  return new SlabProducer(new BrokerConnections(options.clientId, options.brokers.map(addressOf)), options.deliveryTimeoutMs ?? DELIVERY_TIMEOUT_MS);
}

class SlabProducer implements IngestProducer {
  private readonly topics = new Map<string, TopicState>();
  private readonly refreshing = new Map<string, Promise<void>>();
  /** Batches that take no more records and wait for a place in flight. */
  private readonly waiting = new Set<PendingBatch>();
  private readonly inFlight = new Map<number, number>();
  private readonly slabs: RecordBatch[] = [];
  private slabBytes = 0;
  /** Calls of send() that are not settled, and who waits for there being none. */
  private unsettled = 0;
  private onSettled: () => void = () => undefined;
  private readonly scratch = Buffer.alloc(1024);
  private roundRobin = 0;
  private scheduled = false;
  private closed = false;

  constructor(
    private readonly connections: BrokerConnections,
    private readonly timeoutMs: number,
  ) {}

  send(records: readonly OutgoingRecord[]): Promise<void> {
    if (records.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => this.take(records, (error) => (error === null ? resolve() : reject(error))));
  }

  append(record: OutgoingRecord, done: Done): void {
    this.take([record], done);
  }

  async probe(topic: string): Promise<void> {
    await this.refresh(topic);
    if (this.topics.get(topic)?.leaders.some((leader) => leader < 0)) throw new LogUnavailable(`${topic} has partitions without a leader`);
  }

  async close(): Promise<void> {
    this.closed = true;
    if (this.unsettled > 0) await new Promise<void>((resolve) => (this.onSettled = resolve));
    await this.connections.close();
  }

  private take(records: readonly OutgoingRecord[], done: Done): void {
    if (this.closed) return done(new LogUnavailable('the producer is closed'));
    const now = Date.now();
    const ticket: Ticket = { open: 0, failed: false, done };
    this.unsettled += 1;
    const topic = this.unknownTopicOf(records);
    if (topic === null) this.enqueue(records, ticket, now, now + this.timeoutMs);
    else void this.enqueueWhenKnown(topic, records, ticket, now + this.timeoutMs);
  }

  private unknownTopicOf(records: readonly OutgoingRecord[]): string | null {
    for (const { topic } of records) if (!this.topics.has(topic)) return topic;
    return null;
  }

  private async enqueueWhenKnown(unknown: string, records: readonly OutgoingRecord[], ticket: Ticket, deadline: number): Promise<void> {
    try {
      for (let topic: string | null = unknown; topic !== null; topic = this.unknownTopicOf(records)) await this.firstLeaders(topic, deadline);
    } catch (error) {
      return this.refuse(ticket, error as Error);
    }
    this.enqueue(records, ticket, Date.now(), deadline);
  }

  private enqueue(records: readonly OutgoingRecord[], ticket: Ticket, now: number, deadline: number): void {
    try {
      for (const record of records) this.add(record, ticket, now, deadline);
    } catch (error) {
      this.refuse(ticket, error as Error);
    }
    this.schedule();
  }

  private add(record: OutgoingRecord, ticket: Ticket, now: number, deadline: number): void {
    const { leaders, filling } = this.topics.get(record.topic) as TopicState;
    const partition = record.partition ?? this.partitionOf(record.key, leaders.length);
    let batch = filling[partition];
    if (batch && batch.records.bytes + (record.value?.length ?? 0) > MAX_BATCH_BYTES) {
      this.waiting.add(batch);
      batch = undefined;
    }
    if (!batch) filling[partition] = batch = { topic: record.topic, partition, records: this.takeSlab(), tickets: [], deadline, bytes: null };
    batch.records.append(record, record.timestamp ?? now);
    if (batch.tickets[batch.tickets.length - 1] !== ticket) {
      batch.tickets.push(ticket);
      ticket.open += 1;
    }
  }

  private takeSlab(): RecordBatch {
    const slab = this.slabs.pop();
    if (!slab) return new RecordBatch();
    this.slabBytes -= slab.room;
    return slab;
  }

  private partitionOf(key: OutgoingRecord['key'], partitions: number): number {
    if (key === null) return (this.roundRobin = (this.roundRobin + 1) % partitions);
    if (typeof key !== 'string') return partitionOf(key, partitions);
    if (key.length * 3 > this.scratch.length) return partitionOf(Buffer.from(key), partitions);
    return partitionOf(this.scratch, partitions, this.scratch.write(key));
  }

  /** What is sent in one turn of the event loop shares requests. */
  private schedule(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    setImmediate(() => {
      this.scheduled = false;
      this.flush();
    });
  }

  /** While a broker has its share in flight, its batches go on filling: requests grow with the load. */
  private flush(): void {
    for (const [leader, batches] of this.sendable()) {
      const bytes = batches.reduce((sum, { records }) => sum + records.bytes, 0);
      const inFlight = this.inFlight.get(leader) ?? 0;
      if (inFlight >= MAX_IN_FLIGHT || (inFlight > 0 && bytes < WORTH_A_REQUEST_BYTES)) continue;
      // What fills is one batch for each partition; only with batches that wait there may be several.
      const request = this.waiting.size === 0 ? batches : onePerPartition(batches);
      for (const batch of request) this.takeOut(batch);
      void this.request(leader, request);
      if (request.length < batches.length) this.schedule();
    }
  }

  /** What waits, by leader, the oldest first; batches that are too old or have no leader are dealt with. */
  private sendable(): Map<number, PendingBatch[]> {
    const now = Date.now();
    const byLeader = new Map<number, PendingBatch[]>();
    for (const batch of this.pending()) {
      const leader = this.topics.get(batch.topic)?.leaders[batch.partition] ?? -1;
      if (batch.deadline > now && leader >= 0) {
        const list = byLeader.get(leader);
        if (list) list.push(batch);
        else byLeader.set(leader, [batch]);
        continue;
      }
      this.takeOut(batch);
      if (batch.deadline <= now) this.fail(batch, new LogUnavailable('not acknowledged in time'));
      else this.retryLater(batch, new Error(`${nameOf(batch)} has no leader`));
    }
    return byLeader;
  }

  private pending(): readonly PendingBatch[] {
    const pending = [...this.waiting];
    for (const { filling } of this.topics.values()) for (const batch of filling) if (batch) pending.push(batch);
    return pending;
  }

  /** What is under way, or given up, takes no more records. */
  private takeOut(batch: PendingBatch): void {
    this.waiting.delete(batch);
    const filling = (this.topics.get(batch.topic) as TopicState).filling;
    if (filling[batch.partition] === batch) filling[batch.partition] = undefined;
  }

  /** A crash here loses nothing that was answered: answers are given after the acknowledgement only. */
  private async request(leader: number, batches: readonly PendingBatch[]): Promise<void> {
    this.inFlight.set(leader, (this.inFlight.get(leader) ?? 0) + 1);
    const outcome = await this.exchange(leader, batches).catch((error: unknown) => ({ error }));
    this.inFlight.set(leader, (this.inFlight.get(leader) as number) - 1);
    this.schedule();
    if ('error' in outcome) for (const batch of batches) this.retryLater(batch, outcome.error);
    else batches.forEach((batch, index) => this.settle(batch, codeOf(batch, outcome, index)));
  }

  private async exchange(leader: number, batches: readonly PendingBatch[]): Promise<readonly PartitionAnswer[]> {
    const connection = await this.connections.to(leader);
    const bytes = batches.map((batch) => ({ topic: batch.topic, partition: batch.partition, bytes: (batch.bytes ??= batch.records.finish()) }));
    const timer = setTimeout(() => this.connections.drop(connection), REQUEST_TIMEOUT_MS);
    try {
      return await produce(connection, bytes, REQUEST_TIMEOUT_MS);
    } finally {
      clearTimeout(timer);
    }
  }

  private settle(batch: PendingBatch, code: number | undefined): void {
    if (code === 0) {
      this.release(batch);
      for (const ticket of batch.tickets) {
        ticket.open -= 1;
        if (ticket.open > 0 || ticket.failed) continue;
        this.settled();
        ticket.done(null);
      }
      return;
    }
    if (code !== undefined && FINAL_CODES.has(code)) return this.fail(batch, new Error(`Kafka refused a batch with error code ${code}`));
    this.retryLater(batch, new Error(`Kafka answered error code ${code ?? 'none'}`));
  }

  private retryLater(batch: PendingBatch, cause: unknown): void {
    if (Date.now() + RETRY_PAUSE_MS >= batch.deadline || this.closed) return this.fail(batch, new LogUnavailable('not acknowledged in time', { cause }));
    setTimeout(() => {
      void this.refresh(batch.topic).then(() => {
        this.waiting.add(batch);
        this.flush();
      }, (error: unknown) => this.retryLater(batch, error));
    }, RETRY_PAUSE_MS);
  }

  private fail(batch: PendingBatch, error: Error): void {
    this.release(batch);
    for (const ticket of batch.tickets) {
      ticket.open -= 1;
      if (!ticket.failed) this.refuse(ticket, error);
    }
  }

  private refuse(ticket: Ticket, error: Error): void {
    ticket.failed = true;
    this.settled();
    ticket.done(error);
  }

  private settled(): void {
    this.unsettled -= 1;
    if (this.unsettled === 0) this.onSettled();
  }

  /** The slab is free at once: a request is copied together before it goes to the socket. */
  private release(batch: PendingBatch): void {
    const { records } = batch;
    if (this.slabBytes + records.room > KEPT_SLAB_BYTES) return;
    records.reset();
    this.slabBytes += records.room;
    this.slabs.push(records);
  }

  private async firstLeaders(topic: string, deadline: number): Promise<void> {
    for (;;) {
      try {
        return await this.refresh(topic);
      } catch (cause) {
        if (Date.now() + RETRY_PAUSE_MS >= deadline) throw new LogUnavailable(`no metadata of ${topic}`, { cause });
        await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
      }
    }
  }

  private refresh(topic: string): Promise<void> {
    let running = this.refreshing.get(topic);
    if (!running) {
      running = this.connections
        .leadersOf(topic)
        .then((leaders) => {
          const state = this.topics.get(topic);
          if (state) state.leaders = leaders;
          else this.topics.set(topic, { leaders, filling: [] });
        })
        .finally(() => this.refreshing.delete(topic));
      this.refreshing.set(topic, running);
    }
    return running;
  }
}

const nameOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }): string => `${topic}/${partition}`;

/** The broker's answer for a batch, which mostly stands where the batch stood in the request. */
function codeOf({ topic, partition }: PendingBatch, answers: readonly PartitionAnswer[], index: number): number | undefined {
  const isOf = (answer: PartitionAnswer | undefined): boolean => answer !== undefined && answer.partition === partition && answer.topic === topic;
  const there = answers[index];
  return (isOf(there) ? there : answers.find(isOf))?.errorCode;
}

/** Kafka takes one batch per partition and request. */
function onePerPartition(batches: readonly PendingBatch[]): readonly PendingBatch[] {
  const first = new Map<string, PendingBatch>();
  for (const batch of batches) if (!first.has(nameOf(batch))) first.set(nameOf(batch), batch);
  return [...first.values()];
}
