import { type BettingEvent, deadLetterTopic, type ProcessingProgress, TOPICS } from '@stakewatch/contracts';
import { type AvroCodec, deadLetterOf, type LogRecord, type MemoryLog } from '@stakewatch/runtime';
import type { DeadRecord, EventStatusRows, Found, HandedOn, Place, Progress, Refusal, Replay, ScoredAgain } from '../../packages/clickhouse/src/event-status-rows';
import { DETECTOR, SCORER } from '../../packages/clickhouse/src/seen-at';
import { type DeadLetterRow, deadLetterRow, type ReplayRow, replayRow } from '../../services/history-writer/src/table/dead-letter-writer';

const EVENTS = TOPICS.bettingEvents.name;
const SIGNALS = TOPICS.velocitySignals.name;
const BONUS = TOPICS.bonusChanges.name;
const PROGRESS = TOPICS.processingProgress.name;
const LETTERS = [EVENTS, SIGNALS, BONUS].map(deadLetterTopic);

/** What ClickHouse would hold of a memory log, as far as the history writer has come with each partition. */
export class MemoryHistory implements EventStatusRows {
  private readonly taken = new Map<string, number>();
  private readonly events = new Map<string, LogRecord>();
  private readonly letters = new Map<string, DeadLetterRow>();
  private readonly replays: ReplayRow[] = [];
  private readonly progressRows: ProcessingProgress[] = [];
  private clock = 0;

  constructor(
    private readonly log: MemoryLog,
    private readonly codec: AvroCodec,
    /** Events that no row can be made of. */
    private readonly refuses: (uuid: string) => boolean,
  ) {}

  /** Up to `most` records of the partitions of one of its topics, in any order. */
  take(which: number, most: number): void {
    const topics = [EVENTS, PROGRESS, ...LETTERS];
    this.takeOf(topics[which % topics.length] as string, most);
  }

  takeAll(): void {
    // A refused row is a letter more.
    for (const topic of [EVENTS, ...LETTERS, PROGRESS]) this.takeOf(topic, Infinity);
  }

  takeAllButLetters(): void {
    for (const topic of [EVENTS, PROGRESS]) this.takeOf(topic, Infinity);
  }

  private takeOf(topic: string, most: number): void {
    for (const [partition, list] of this.log.partitions(topic).entries()) {
      const name = `${topic}/${partition}`;
      const from = this.taken.get(name) ?? 0;
      const records = list.slice(from, from + most);
      this.taken.set(name, from + records.length);
      for (const record of records) this.row(topic, record);
    }
  }

  private row(topic: string, record: LogRecord): void {
    if (topic === PROGRESS) this.progressRows.push(this.codec.decode('processing-progress', record.value as Buffer));
    else if (topic === EVENTS) this.event(record);
    else {
      const mark = replayRow(record);
      const letter = deadLetterRow(record, this.codec);
      if (mark) this.replays.push(mark);
      else this.letters.set(`${letter.topic}/${letter.partition}/${letter.offset}/${letter.service}`, letter);
    }
  }

  private event(record: LogRecord): void {
    const { uuid }: BettingEvent = this.codec.decode('betting-event', record.value as Buffer);
    if (this.refuses(uuid)) this.log.append(deadLetterOf(record, 'no row can be made of it', 'history-writer'));
    else if (!this.events.has(uuid)) this.events.set(uuid, record);
  }

  async found(_company: string, uuid: string): Promise<readonly Found[]> {
    const event = this.events.get(uuid);
    const letters = [...this.letters.values()].filter((letter) => (letter.topic === EVENTS && letter.uuid === uuid) || letter.event_uuids.includes(uuid));
    return [
      ...(event ? [{ kind: 'event', partition: event.partition, from: event.offset, to: event.offset, at: (this.clock += 1), receivedAt: 0 } as const] : []),
      ...letters.map(({ topic, partition, offset, reason, service }) => ({ kind: 'letter', topic, partition, offset, reason, service, at: (this.clock += 1) }) as const),
    ];
  }

  async replaysOf(letters: readonly DeadRecord[]): Promise<readonly Replay[]> {
    return this.replays
      .filter((replay) => letters.some((letter) => letter.topic === replay.topic && letter.partition === replay.partition && letter.offset === replay.offset))
      .map(({ topic, partition, offset, replayed_partition: into, replayed_from: from, replayed_before: before }) => ({ topic, partition, offset, into, from, before }));
  }

  async progress(place: Place): Promise<readonly Progress[]> {
    return this.progressRows
      .filter(({ topic, partition }) => topic === EVENTS && partition === place.partition)
      .map(({ service, from_offset: from, to_offset: to, processed_at: at, handed_to: handedTo }) => ({ service, from, to, at, handedTo }));
  }

  async handedOn(uuid: string, place: Place, partitions: readonly number[]): Promise<readonly HandedOn[]> {
    const seen = this.progressRows.filter(({ service, topic }) => service === DETECTOR && topic === SIGNALS).map(({ partition, processed_at, sources }) => ({ partition, at: processed_at, sources }));
    const without = [...this.letters.values()].filter(({ topic, event_uuids }) => topic === SIGNALS && !event_uuids.includes(uuid)).map(({ partition, sources }) => ({ partition, at: 0, sources }));
    return [...seen, ...without]
      .filter(({ partition }) => partitions.includes(partition))
      .flatMap(({ partition, at, sources }) => sources.filter((source) => source.partition === place.partition).map(({ from_offset: from, to_offset: to }) => ({ partition, at, seen: { from, to } })));
  }

  async scoredAgain(letters: readonly DeadRecord[]): Promise<readonly ScoredAgain[]> {
    const said = this.progressRows.filter(({ service, topic }) => service === SCORER && topic === BONUS).flatMap(({ processed_at: at, sources }) => sources.map((source) => ({ partition: source.partition, offset: source.from_offset, at })));
    return said.filter(({ partition, offset }) => letters.some((letter) => letter.partition === partition && letter.offset === offset)).map((each) => ({ topic: BONUS, ...each }));
  }

  async refusals(uuid: string): Promise<readonly Refusal[]> {
    return this.progressRows.filter(({ refused }) => refused.includes(uuid)).map(({ service, topic, partition, from_offset: from, to_offset: to }) => ({ service, topic, partition, from, to }));
  }
}
