import type { ClickHouseClient } from '@clickhouse/client';
import { TOPICS } from '@stakewatch/contracts';

export interface EventStatus {
  readonly status: 'PENDING' | 'PROCESSED' | 'FAILED';
  /** ISO 8601 UTC, milliseconds; null while PENDING. */
  readonly processedAt: string | null;
  /** Only with FAILED. */
  readonly reason: string | null;
}

interface EventPlace {
  readonly found: 'event' | 'dead letter';
  readonly partition: number;
  readonly offset: string;
  readonly at: string;
  readonly reason: string;
}

/** Services whose decision a status waits for. */
const DECIDING_SERVICE = 'velocity-detector';

const PLACE = `
SELECT 'event' AS found, kafka_partition AS partition, toString(kafka_offset) AS offset, toString(toUnixTimestamp64Milli(written_at)) AS at, '' AS reason
FROM events WHERE company_id = {company:String} AND uuid = {uuid:UUID}
UNION ALL
SELECT 'dead letter', partition, toString(offset), toString(toUnixTimestamp64Milli(failed_at)), reason
FROM dead_letters WHERE uuid = {uuid:UUID} AND topic IN {topics:Array(String)}`;

const PROGRESS = `
SELECT toString(toUnixTimestamp64Milli(p.processed_at)) AS at, p.handed_to AS handed_to
FROM processing_progress AS p
WHERE service = {service:String} AND topic = {topic:String} AND partition = {partition:UInt32}
  AND from_offset <= {offset:UInt64} AND to_offset >= {offset:UInt64}
ORDER BY p.processed_at LIMIT 1`;

const HANDED_ON = `
SELECT partition, toString(toUnixTimestamp64Milli(min(p.processed_at))) AS at
FROM processing_progress AS p
WHERE service = {service:String} AND topic = {topic:String} AND partition IN {partitions:Array(UInt32)}
  AND source_time >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
GROUP BY partition`;

/**
 * Status of an event as the Betting Monitor API tells it (document 000, "GET /api/v1/events/:uuid/status"): PROCESSED when its row
 * is written and every rule has seen it: the detector decided on its offset, and on every signal it handed on by device, phone or IP.
 */
export class EventStatusReader {
  constructor(private readonly client: ClickHouseClient) {}

  /** Null when nothing here knows the uuid yet. @throws when ClickHouse does not answer. */
  async status(companyScope: string, uuid: string): Promise<EventStatus | null> {
    const places = await this.rows<EventPlace>(PLACE, { company: companyScope, uuid, topics: [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name] });
    const failed = places.find(({ found }) => found === 'dead letter');
    if (failed) return { status: 'FAILED', processedAt: iso(Number(failed.at)), reason: failed.reason };
    const event = places[0];
    if (!event) return null;
    const decided = await this.decidedAt(event);
    if (decided === null) return { status: 'PENDING', processedAt: null, reason: null };
    return { status: 'PROCESSED', processedAt: iso(Math.max(decided, Number(event.at))), reason: null };
  }

  /** Milliseconds; null while a rule has not seen it. */
  private async decidedAt(event: EventPlace): Promise<number | null> {
    const [progress] = await this.rows<{ at: string; handed_to: number[] }>(PROGRESS, {
      service: DECIDING_SERVICE,
      topic: TOPICS.bettingEvents.name,
      partition: event.partition,
      offset: event.offset,
    });
    if (!progress) return null;
    const own = Number(progress.at);
    if (progress.handed_to.length === 0) return own;
    const seen = await this.rows<{ partition: number; at: string }>(HANDED_ON, {
      service: DECIDING_SERVICE,
      topic: TOPICS.velocitySignals.name,
      partitions: progress.handed_to,
      since: progress.at,
    });
    return seen.length < progress.handed_to.length ? null : Math.max(own, ...seen.map(({ at }) => Number(at)));
  }

  private async rows<Row>(query: string, params: Record<string, unknown>): Promise<readonly Row[]> {
    const result = await this.client.query({ query, query_params: params, format: 'JSONEachRow' });
    return result.json<Row>();
  }
}

function iso(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
