import { type Connection, fetchV12 } from '@platformatic/kafka';
import type { BrokerConnections } from './broker-connections';
import type { TailOptions } from './client';
import type { LogAdmin, LogRecord } from './port';

export interface Tail {
  close(): Promise<void>;
}

/** How long a fetch waits at the broker for something to come; it is answered at once when something does. */
const WAIT_MS = 500;
/** A fetch that is not answered in this time has lost its connection. */
const ANSWER_TIMEOUT_MS = 5_000;
const MAX_BYTES = 4_194_304;
const RETRY_PAUSE_MS = 100;
const OFFSET_OUT_OF_RANGE = 1;
/** Of a request outside a session, by a client that knows no epochs. */
const NONE = -1;

/**
 * Follows one partition from its end at the time of the call; every record published after this resolves is seen, also across
 * reconnects, as long as the log keeps it. Plain fetches on a connection of their own: no group to join, and nothing to
 * commit (docs/decisions/0100-who-waits-for-what.md).
 */
export async function openTail(connections: BrokerConnections, admin: LogAdmin, options: TailOptions, onFatal: (error: unknown) => void): Promise<Tail> {
  const { topic, partition } = options;
  const endOf = async () => (await admin.offsets(topic)).find((found) => found.partition === partition);
  const tail = new PartitionTail(connections, options, (await endOf())?.next ?? 0, async (position) => {
    // What is gone is gone (retention, or a topic made anew): go on with what there is.
    const ends = await endOf();
    return ends ? Math.min(Math.max(position, ends.first), ends.next) : position;
  });
  const running = tail.run().catch(onFatal);
  return {
    async close() {
      tail.stop();
      await running;
      await connections.close();
    },
  };
}

class PartitionTail {
  private stopped = false;
  private connection: Connection | null = null;

  constructor(
    private readonly connections: BrokerConnections,
    private readonly options: TailOptions,
    private position: number,
    private readonly inRange: (position: number) => Promise<number>,
  ) {}

  /** Rejects with what `onRecord` throws; what the broker does is waited for. */
  async run(): Promise<void> {
    while (!this.stopped) {
      const found = await this.fetch().catch(async (error: unknown) => {
        if (!this.stopped) await this.recover(error);
        return [];
      });
      for (const record of found) {
        if (record.offset < this.position) continue;
        this.position = record.offset + 1;
        this.options.onRecord(record);
      }
    }
  }

  stop(): void {
    this.stopped = true;
    if (this.connection) this.connections.drop(this.connection);
  }

  private async fetch(): Promise<readonly LogRecord[]> {
    const { topic, partition } = this.options;
    const connection = (this.connection ??= await this.leader());
    const timer = setTimeout(() => this.connections.drop(connection), ANSWER_TIMEOUT_MS);
    try {
      const asked = { partition, currentLeaderEpoch: NONE, fetchOffset: BigInt(this.position), lastFetchedEpoch: NONE, partitionMaxBytes: MAX_BYTES };
      const answer = await fetchV12.api.async(connection, WAIT_MS, 1, MAX_BYTES, 0, 0, NONE, [{ topicId: topic, partitions: [asked] }], [], '');
      return (answer.responses[0]?.partitions[0]?.records ?? []).flatMap((batch) => batch.records.map((record): LogRecord => ({
        topic,
        partition,
        offset: Number(batch.firstOffset) + record.offsetDelta,
        timestamp: Number(batch.firstTimestamp + record.timestampDelta),
        key: record.key,
        value: record.value,
        headers: Object.fromEntries(record.headers.map(([name, value]) => [name.toString('utf8'), value.toString('utf8')])),
      })));
    } finally {
      clearTimeout(timer);
    }
  }

  private async leader(): Promise<Connection> {
    const { topic, partition } = this.options;
    const leader = (await this.connections.leadersOf(topic))[partition] ?? NONE;
    if (leader < 0) throw new Error(`${topic}-${partition} has no leader`);
    return this.connections.to(leader);
  }

  /** The broker is down, or leads no more, or has not what was asked for: ask anew who leads, after a pause. */
  private async recover(error: unknown): Promise<void> {
    if (this.connection) this.connections.drop(this.connection);
    this.connection = null;
    await new Promise((resolve) => setTimeout(resolve, RETRY_PAUSE_MS));
    if (codesOf(error).includes(OFFSET_OUT_OF_RANGE)) this.position = await this.inRange(this.position).catch(() => this.position);
  }
}

/** Kafka's error codes in an answer that was refused. */
function codesOf(error: unknown): readonly number[] {
  const { errors = [] } = error as { errors?: readonly { apiCode?: number }[] };
  return errors.flatMap(({ apiCode }) => (apiCode === undefined ? [] : [apiCode]));
}
