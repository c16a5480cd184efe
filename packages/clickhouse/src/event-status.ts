import type { ClickHouseClient } from '@clickhouse/client';
import { TOPICS } from '@stakewatch/contracts';

export interface EventStatus {
  readonly status: 'PENDING' | 'PROCESSED' | 'FAILED';
  /** ISO 8601 UTC, milliseconds; null while PENDING. */
  readonly processedAt: string | null;
  /** Only with FAILED. */
  readonly reason: string | null;
}

interface Found {
  readonly found: 'event' | 'letter' | 'replay';
  /** Where the row came from; of a letter and its replay, where the dead record stood. */
  readonly partition: number;
  readonly offset: string;
  /** Milliseconds. */
  readonly at: string;
  /** Of a letter. */
  readonly reason: string;
  /** Of a replay. */
  readonly into: number;
  readonly before: string;
}

/** A record that the services read: the event itself, or what a replay put back. */
interface Place {
  readonly partition: number;
  readonly offset: number;
}

/** When a service had decided on a range that holds a place. Worked again after a crash, ranges are cut, and handed on, otherwise: any of them will do. */
interface Progress {
  readonly service: string;
  /** Milliseconds. */
  readonly at: string;
  /** The detector's: partitions of velocity.signals.v1 that must have seen it as well. */
  readonly handed_to: readonly number[];
}

const DETECTOR = 'velocity-detector';
/** All that judge betting events: a status waits for each of them. */
const DECIDING_SERVICES = [DETECTOR, 'bonus-scorer'];

const FOUND = `
SELECT 'event' AS found, kafka_partition AS partition, toString(kafka_offset) AS offset, toString(toUnixTimestamp64Milli(written_at)) AS at, '' AS reason, toUInt32(0) AS into, '0' AS before
FROM events WHERE company_id = {company:String} AND uuid = {uuid:UUID}
UNION ALL
SELECT 'letter', partition, toString(offset), toString(toUnixTimestamp64Milli(failed_at)), reason, 0, '0'
FROM dead_letters WHERE uuid = {uuid:UUID} AND topic = {events:String}
UNION ALL
SELECT 'replay', partition, toString(offset), toString(toUnixTimestamp64Milli(replayed_at)), '', replayed_partition, toString(replayed_before)
FROM dead_letter_replays WHERE uuid = {uuid:UUID} AND topic = {events:String}`;

const PROGRESS = `
SELECT service, toString(toUnixTimestamp64Milli(min(p.processed_at))) AS at, arraySort(p.handed_to) AS handed_to
FROM processing_progress AS p
WHERE service IN {services:Array(String)} AND topic = {topic:String} AND partition = {partition:UInt32}
  AND from_offset <= {offset:UInt64} AND to_offset >= {offset:UInt64}
GROUP BY service, handed_to`;

/**
 * The second stage says which ranges of betting.events.v1 it has seen all signals of. Where it or the first one was of a version before
 * that, its batch must have had signals at least as new. Clocks of instances are less than a day apart: so much of the table is read.
 */
const HANDED_ON = `
SELECT partition, toString(toUnixTimestamp64Milli(min(p.processed_at))) AS at
FROM processing_progress AS p
WHERE service = {service:String} AND topic = {topic:String} AND partition IN {partitions:Array(UInt32)}
  AND p.processed_at >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') - INTERVAL 1 DAY
  AND (arrayExists(s -> s.partition = {source:UInt32} AND s.from_offset <= {offset:Int64} AND s.to_offset >= {offset:Int64}, sources)
    OR (source_time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC') AND (empty(sources) OR arrayExists(s -> s.partition = {source:UInt32} AND s.from_offset < 0, sources))))
GROUP BY partition`;

/**
 * Status of an event as the Betting Monitor API tells it (document 000, "GET /api/v1/events/:uuid/status"): PROCESSED when its row
 * is written and every rule has seen it: the detector decided on its offset, and on every signal it handed on by device, phone or IP (decision 0139);
 * the bonus scorer decided on what it was told of it (services/bonus-scorer/src/activity-progress.ts). FAILED while a letter is unanswered; once all are, it waits for its replays like for itself.
 */
export class EventStatusReader {
  constructor(private readonly client: ClickHouseClient) {}

  /** Null when nothing here knows the uuid yet. @throws when ClickHouse does not answer. */
  async status(companyScope: string, uuid: string): Promise<EventStatus | null> {
    const found = await this.rows<Found>(FOUND, { company: companyScope, uuid, events: TOPICS.bettingEvents.name });
    const failed = unanswered(found);
    if (failed) return { status: 'FAILED', processedAt: iso(Number(failed.at)), reason: failed.reason };
    const event = found.find((each) => each.found === 'event');
    if (!event) return found.length === 0 ? null : PENDING;
    const decided = await Promise.all(placesOf(event, found).map((place) => this.decidedAt(place)));
    if (decided.includes(null)) return PENDING;
    return { status: 'PROCESSED', processedAt: iso(Math.max(Number(event.at), ...(decided as number[]))), reason: null };
  }

  /** Milliseconds; null while a rule has not seen it. */
  private async decidedAt({ partition, offset }: Place): Promise<number | null> {
    const told = await this.rows<Progress>(PROGRESS, { services: DECIDING_SERVICES, topic: TOPICS.bettingEvents.name, partition, offset });
    if (new Set(told.map(({ service }) => service)).size < DECIDING_SERVICES.length) return null;
    const scored = told.filter(({ service }) => service !== DETECTOR).map(({ at }) => Number(at));
    const seen = await Promise.all(told.filter(({ service }) => service === DETECTOR).map((progress) => this.seenAt({ partition, offset }, progress)));
    const detected = Math.min(...seen.map((at) => at ?? Infinity));
    return detected === Infinity ? null : Math.max(detected, ...scored);
  }

  /** By both stages of the detector. */
  private async seenAt({ partition: source, offset }: Place, { at: since, handed_to: partitions }: Progress): Promise<number | null> {
    if (partitions.length === 0) return Number(since);
    const seen = await this.rows<{ partition: number; at: string }>(HANDED_ON, { service: DETECTOR, topic: TOPICS.velocitySignals.name, partitions, since, source, offset });
    return seen.length < partitions.length ? null : Math.max(Number(since), ...seen.map(({ at }) => Number(at)));
  }

  private async rows<Row>(query: string, params: Record<string, unknown>): Promise<readonly Row[]> {
    const result = await this.client.query({ query, query_params: params, format: 'JSONEachRow' });
    return result.json<Row>();
  }
}

/**
 * The newest letter whose record was not put back since. A replay answers all letters about the place where the record stood, also those
 * of services that come to it later: each of them reads the replayed record, which stands elsewhere, and may refuse that one.
 */
function unanswered(found: readonly Found[]): Found | undefined {
  const placeOf = ({ partition, offset }: Found): string => `${partition}/${offset}`;
  const answered = new Set(found.filter((each) => each.found === 'replay').map(placeOf));
  const letters = found.filter((each) => each.found === 'letter' && !answered.has(placeOf(each)));
  return letters.sort((a, b) => Number(b.at) - Number(a.at))[0];
}

/** Of each partition the last place: who has read that has read those before it. */
function placesOf(event: Found, found: readonly Found[]): readonly Place[] {
  const last = new Map([[event.partition, Number(event.offset)]]);
  for (const { found: kind, into, before } of found) {
    if (kind === 'replay') last.set(into, Math.max(last.get(into) ?? 0, Number(before) - 1));
  }
  return [...last].map(([partition, offset]) => ({ partition, offset }));
}

const PENDING: EventStatus = { status: 'PENDING', processedAt: null, reason: null };

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
