import type { ClickHouseClient } from '@clickhouse/client';
import { TOPICS } from '@stakewatch/contracts';
import type { DeadRecord, EventStatusRows, Found, HandedOn, Place, Progress, Refusal, Replay, ScoredAgain } from './event-status-rows';
import { DETECTOR, SCORER } from './seen-at';

/** All that judge betting events: a status waits for each of them. */
const DECIDING_SERVICES = [DETECTOR, SCORER];
const EVENTS = TOPICS.bettingEvents.name;
const SIGNALS = TOPICS.velocitySignals.name;
const BONUS = TOPICS.bonusChanges.name;

const FOUND = `
SELECT 'event' AS kind, '' AS topic, kafka_partition AS partition, toString(kafka_offset) AS offset, toString(toUnixTimestamp64Milli(written_at)) AS at, '' AS reason, '' AS service, toString(toUnixTimestamp64Milli(received_at)) AS received
FROM events WHERE company_id = {company:String} AND uuid = {uuid:UUID}
UNION ALL
SELECT 'letter', topic, partition, toString(offset), toString(toUnixTimestamp64Milli(failed_at)), reason, service, '0'
FROM dead_letters WHERE uuid = {uuid:UUID} AND topic = {events:String}
UNION ALL
SELECT 'letter', topic, partition, toString(offset), toString(toUnixTimestamp64Milli(failed_at)), reason, service, '0'
FROM dead_letters WHERE has(event_uuids, {uuid:UUID}) AND topic IN {holding:Array(String)}`;

const REPLAYS = `
SELECT topic, partition, toString(offset) AS offset, replayed_partition AS into, toString(replayed_from) AS from, toString(replayed_before) AS before
FROM dead_letter_replays WHERE topic IN {topics:Array(String)} AND partition IN {partitions:Array(UInt32)} AND concat(topic, '/', toString(partition), '/', toString(offset)) IN {names:Array(String)}`;

const PROGRESS = `
SELECT service, toString(greatest(from_offset, {from:UInt64})) AS first, toString(least(to_offset, {to:UInt64})) AS last, toString(toUnixTimestamp64Milli(min(p.processed_at))) AS at, arraySort(p.handed_to) AS handed
FROM processing_progress AS p
WHERE service IN {services:Array(String)} AND topic = {topic:String} AND partition = {partition:UInt32} AND from_offset <= {to:UInt64} AND to_offset >= {from:UInt64}
GROUP BY service, first, last, handed`;

/**
 * The second stage says which ranges of betting.events.v1 it has seen all signals of. So does a record of signals on the dead letter topic of those
 * events that it holds nothing of. Where a stage was of a version that did not say, the batch must have had signals at least as new.
 * Clocks of instances are less than a day apart: so much of the table is read.
 */
const HANDED_ON = `
SELECT p.partition AS partition, toString(toUnixTimestamp64Milli(min(p.processed_at))) AS at, toString(greatest(s.from_offset, {from:Int64})) AS first, toString(least(s.to_offset, {to:Int64})) AS last, '' AS since
FROM processing_progress AS p ARRAY JOIN sources AS s
WHERE service = {service:String} AND topic = {topic:String} AND p.partition IN {partitions:Array(UInt32)} AND p.processed_at >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') - INTERVAL 1 DAY
  AND s.partition = {source:UInt32} AND s.from_offset >= 0 AND s.from_offset <= {to:Int64} AND s.to_offset >= {from:Int64}
GROUP BY p.partition, first, last
UNION ALL
SELECT p.partition, toString(toUnixTimestamp64Milli(min(p.processed_at))), '', '', toString(asked)
FROM processing_progress AS p ARRAY JOIN {since:Array(Int64)} AS asked
WHERE service = {service:String} AND topic = {topic:String} AND p.partition IN {partitions:Array(UInt32)} AND p.processed_at >= fromUnixTimestamp64Milli({oldest:Int64}, 'UTC') - INTERVAL 1 DAY
  AND source_time >= fromUnixTimestamp64Milli(asked, 'UTC') AND (empty(sources) OR arrayExists(s -> s.partition = {source:UInt32} AND s.from_offset < 0, sources))
GROUP BY p.partition, asked
UNION ALL
SELECT d.partition, toString(toUnixTimestamp64Milli(min(d.failed_at))), toString(greatest(s.from_offset, {from:Int64})) AS first, toString(least(s.to_offset, {to:Int64})) AS last, ''
FROM dead_letters AS d ARRAY JOIN sources AS s
WHERE topic = {topic:String} AND d.partition IN {partitions:Array(UInt32)} AND NOT has(event_uuids, {uuid:UUID})
  AND s.partition = {source:UInt32} AND s.from_offset <= {to:Int64} AND s.to_offset >= {from:Int64}
GROUP BY d.partition, first, last`;

const SCORED_AGAIN = `
SELECT s.partition AS partition, toString(s.from_offset) AS offset, toString(toUnixTimestamp64Milli(min(p.processed_at))) AS at
FROM processing_progress AS p ARRAY JOIN sources AS s
WHERE service = {service:String} AND topic = {topic:String} AND concat(toString(s.partition), '/', toString(s.from_offset)) IN {names:Array(String)}
GROUP BY partition, offset`;

/** Clocks of gateways and services are less than a day apart: so much of the table is read. */
const REFUSALS = `
SELECT DISTINCT service, topic, partition, toString(from_offset) AS from, toString(to_offset) AS to
FROM processing_progress
WHERE service IN {services:Array(String)} AND topic IN {topics:Array(String)} AND processed_at >= fromUnixTimestamp64Milli({received:Int64}, 'UTC') - INTERVAL 1 DAY AND has(refused, {uuid:String})`;

type Answer<Names extends string> = { readonly [Name in Names]: string };

/** The rows that an event's status is told from, in ClickHouse. Rows that are there twice say the same once: each answer is grouped by what it says. */
export class EventStatusQueries implements EventStatusRows {
  constructor(private readonly client: ClickHouseClient) {}

  async found(company: string, uuid: string): Promise<readonly Found[]> {
    const rows = await this.rows<Answer<'kind' | 'topic' | 'offset' | 'at' | 'reason' | 'service' | 'received'> & { partition: number }>(FOUND, { company, uuid, events: EVENTS, holding: [SIGNALS, BONUS] });
    return rows.map(({ kind, topic, partition, offset, at, reason, service, received }) =>
      kind === 'event' ? { kind, partition, from: Number(offset), to: Number(offset), at: Number(at), receivedAt: Number(received) } : { kind: 'letter', topic, partition, offset: Number(offset), at: Number(at), reason, service },
    );
  }

  async replaysOf(letters: readonly DeadRecord[]): Promise<readonly Replay[]> {
    const params = { topics: distinct(letters.map(({ topic }) => topic)), partitions: distinct(letters.map(({ partition }) => partition)), names: distinct(letters.map(({ topic, partition, offset }) => `${topic}/${partition}/${offset}`)) };
    const rows = await this.rows<Answer<'topic' | 'offset' | 'before'> & { partition: number; into: number; from: string | null }>(REPLAYS, params);
    return rows.map(({ offset, before, from, ...row }) => ({ ...row, offset: Number(offset), before: Number(before), from: from === null ? null : Number(from) }));
  }

  async progress(place: Place): Promise<readonly Progress[]> {
    const rows = await this.rows<Answer<'service' | 'first' | 'last' | 'at'> & { handed: readonly number[] }>(PROGRESS, { services: DECIDING_SERVICES, topic: EVENTS, ...place });
    return rows.map(({ service, first, last, at, handed }) => ({ service, from: Number(first), to: Number(last), at: Number(at), handedTo: handed }));
  }

  async handedOn(uuid: string, { partition: source, from, to }: Place, partitions: readonly number[], since: readonly number[]): Promise<readonly HandedOn[]> {
    const params = { service: DETECTOR, topic: SIGNALS, partitions, since, oldest: Math.min(...since), uuid, source, from, to };
    const rows = await this.rows<Answer<'at' | 'first' | 'last' | 'since'> & { partition: number }>(HANDED_ON, params);
    return rows.map(({ partition, at, first, last, since: asked }) => ({ partition, at: Number(at), seen: asked === '' ? { from: Number(first), to: Number(last) } : { since: Number(asked) } }));
  }

  async scoredAgain(letters: readonly DeadRecord[]): Promise<readonly ScoredAgain[]> {
    const names = letters.map(({ partition, offset }) => `${partition}/${offset}`);
    const rows = await this.rows<Answer<'offset' | 'at'> & { partition: number }>(SCORED_AGAIN, { service: SCORER, topic: BONUS, names });
    return rows.map(({ partition, offset, at }) => ({ topic: BONUS, partition, offset: Number(offset), at: Number(at) }));
  }

  async refusals(uuid: string, receivedAt: number): Promise<readonly Refusal[]> {
    const rows = await this.rows<Answer<'service' | 'topic' | 'from' | 'to'> & { partition: number }>(REFUSALS, { uuid, services: DECIDING_SERVICES, topics: [EVENTS, BONUS], received: receivedAt });
    return rows.map(({ from, to, ...row }) => ({ ...row, from: Number(from), to: Number(to) }));
  }

  private async rows<Row>(query: string, params: Record<string, unknown>): Promise<readonly Row[]> {
    const result = await this.client.query({ query, query_params: params, format: 'JSONEachRow' });
    return result.json<Row>();
  }
}

const distinct = <T>(values: readonly T[]): readonly T[] => [...new Set(values)];
