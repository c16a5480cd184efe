import { deadLetterTopic, replayHeaders, replayMarkHeaders } from '@stakewatch/contracts';
import type { LogAdmin, LogClient, LogProducer, OutgoingRecord } from '@stakewatch/runtime';
import type { DeadLetter, DeadLetterLog, Place } from './dead-letter';
import { FirstPlaces, nameOf } from './first-places';

/** Published together: as many, or as many bytes, as fit a request well. */
const CHUNK = { records: 500, bytes: 524_288 };
/** Places held at a time (up to twice as many): beyond, the dead letter topic is read again for the next ones. */
const PLACES_AT_ONCE = 100_000;

interface Unanswered extends Place {
  replayed: boolean;
}

export interface ReplayOptions {
  /** Also those that were put back before. */
  readonly again: boolean;
  readonly signal: AbortSignal;
  /** Default 100,000. */
  readonly placesAtOnce?: number;
}

/** Dead records that a replay of all would put back, each once, in windows of bounded size, in the order of where they stood. */
async function* windows(letters: DeadLetterLog, { again, signal, placesAtOnce = PLACES_AT_ONCE }: ReplayOptions): AsyncGenerator<Set<string>> {
  for (let after: Place | null = null, more = true; more && !signal.aborted; ) {
    const first: FirstPlaces<Unanswered> = new FirstPlaces(placesAtOnce, after);
    await letters.read(
      {
        letter: ({ partition, offset }) => void first.at({ partition, offset }, () => ({ partition, offset, replayed: false })),
        replayed(mark) {
          const known = first.get(mark);
          if (known !== undefined) known.replayed = true;
        },
      },
      signal,
    );
    const { entries, more: beyond } = first.result();
    yield new Set(entries.filter(({ replayed }) => again || !replayed).map(nameOf));
    [after, more] = [entries.at(-1) ?? null, beyond];
  }
}

export async function countReplays(letters: DeadLetterLog, options: ReplayOptions): Promise<number> {
  let count = 0;
  for await (const places of windows(letters, options)) count += places.size;
  return count;
}

/**
 * Puts back every dead record of the topic, each once, whoever refused it; letters that come meanwhile are left for the next time.
 * Stopped half way, what was put back is marked, but for the chunk at hand: the next replay goes on with the rest.
 */
export async function replayAll(letters: DeadLetterLog, replayer: Pick<Replayer, 'send'>, options: ReplayOptions, onProgress: (replayed: number) => void): Promise<number> {
  let replayed = 0;
  for await (const places of windows(letters, options)) {
    let chunk: DeadLetter[] = [];
    let bytes = 0;
    const flush = async (): Promise<void> => {
      const sent = chunk;
      [chunk, bytes] = [[], 0];
      if (sent.length > 0) await replayer.send(sent);
      onProgress((replayed += sent.length));
    };
    if (places.size === 0) continue;
    const letter = (each: DeadLetter): void | Promise<void> => {
      // Its other letters are of the same record.
      if (!places.delete(nameOf(each))) return;
      chunk.push(each);
      bytes += each.record.value?.length ?? 0;
      if (chunk.length >= CHUNK.records || bytes >= CHUNK.bytes) return flush();
    };
    await letters.read({ letter }, options.signal);
    await flush();
  }
  return replayed;
}

/** Puts dead records of one topic back where they were, and marks their letters as answered. */
export class Replayer {
  private constructor(
    private readonly topic: string,
    private readonly producer: LogProducer,
    private readonly admin: LogAdmin,
    private readonly partitions: number,
    private readonly partitionOf: (key: Buffer, partitions: number) => number,
  ) {}

  static async open(log: LogClient, topic: string): Promise<Replayer> {
    const [{ partitionOf }, producer, admin] = await Promise.all([import('@stakewatch/runtime'), log.producer(), log.admin()]);
    return new Replayer(topic, producer, admin, await admin.partitionCount(topic), partitionOf);
  }

  /**
   * 1. the topic's ends are asked for: each record will stand behind them;
   * 2. the records go to their topic, and are acknowledged;
   * 3. its ends are asked for again: each record stands before them;
   * 4. the marks go to the dead letter topic.
   * A crash before the marks leaves records that count and letters that look unanswered: replayed again, they are told apart by identity.
   */
  async send(letters: readonly DeadLetter[]): Promise<void> {
    const records = letters.map((letter) => this.recordOf(letter));
    const before = await this.ends();
    await this.producer.send(records);
    const after = await this.ends();
    await this.producer.send(letters.map((letter, index) => this.markOf(letter, records[index]?.partition as number, before, after)));
  }

  private async ends(): Promise<ReadonlyMap<number, number>> {
    return new Map((await this.admin.offsets(this.topic)).map(({ partition, next }) => [partition, next]));
  }

  /**
   * The record as it was, for its topic and partition: same key, same value, so that consumers know it by its identity and count it once.
   * When the topic has fewer partitions than then, it goes where its key belongs now.
   */
  private recordOf({ topic, partition, offset, record: { key, value } }: DeadLetter): OutgoingRecord {
    const into = partition < this.partitions ? partition : key === null ? 0 : this.partitionOf(key, this.partitions);
    return { topic, partition: into, key, value, headers: replayHeaders({ topic, partition, offset }) };
  }

  private markOf({ topic, partition, offset, uuid, record }: DeadLetter, replayedPartition: number, before: ReadonlyMap<number, number>, after: ReadonlyMap<number, number>): OutgoingRecord {
    const headers = replayMarkHeaders({ topic, partition, offset, uuid, replayedPartition, replayedFrom: before.get(replayedPartition) as number, replayedBefore: after.get(replayedPartition) as number });
    return { topic: deadLetterTopic(topic), partition: record.partition, key: record.key, value: null, headers };
  }
}
