import type { ClickHouseClient } from '@clickhouse/client';
import type { PageCursor } from './page-cursor';
import { isoOf, isoSql } from './sql-time';

/** An alert as its newest revision has it. Times are ISO 8601 UTC with microseconds. */
export interface ListedAlert {
  readonly id: string;
  readonly revision: number;
  readonly status: string;
  readonly mode: string;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly rule_title: string;
  readonly severity: string;
  readonly score: number;
  readonly tags: readonly string[];
  readonly subject_type: string;
  readonly subject: string;
  readonly player_id: string;
  /** Empty where the rule does not look at money. */
  readonly currency: string;
  readonly event_uuid: string;
  readonly event_timestamp: string;
  readonly event_count: number;
  readonly decided_at: string;
}

export interface AlertFact {
  readonly name: string;
  readonly value: number;
  /** Exclusive. */
  readonly window_start: string;
  /** Inclusive. */
  readonly window_end: string;
  /** A lower bound. */
  readonly truncated: boolean;
}

/** With what it rests on. */
export interface StoredAlert extends ListedAlert {
  readonly window_start: string;
  readonly window_end: string;
  readonly facts: readonly AlertFact[];
  readonly settings: unknown;
  /** The newest 100 of those that contributed, oldest first. */
  readonly event_uuids: readonly string[];
  readonly event_received_at: string;
}

/** One attempt to tell an endpoint of one revision. */
export interface StoredAttempt {
  readonly delivery_id: string;
  readonly endpoint_id: string;
  readonly url: string;
  readonly event_type: string;
  readonly revision: number;
  readonly attempt: number;
  readonly reason: string;
  readonly outcome: string;
  readonly http_status: number | null;
  readonly error: string | null;
  readonly response_excerpt: string | null;
  readonly started_at: string;
  readonly duration_ms: number;
  readonly next_attempt_at: string | null;
}

export interface AlertFilter {
  readonly rule?: string;
  readonly player?: string;
  readonly status?: string;
  readonly severity?: string;
  readonly mode?: string;
  /** ISO 8601, of decided_at; from is inclusive, to exclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after: PageCursor | null;
}

const HEAD = `toString(a.alert_id) AS id, a.revision AS revision, a.status AS status, a.mode AS mode, a.rule_id AS rule_id, a.rule_version AS rule_version, a.rule_title AS rule_title, a.severity AS severity, a.score AS score, a.tags AS tags,
  a.subject_type AS subject_type, a.subject AS subject, a.player_id AS player_id, a.currency AS currency, toString(a.event_uuid) AS event_uuid, ${isoSql('a.event_timestamp')} AS event_at, a.event_count AS event_count, ${isoSql('a.decided_at')} AS at`;

const FIND = `
SELECT ${HEAD}, ${isoSql('a.window_start')} AS opens_at, ${isoSql('a.window_end')} AS closes_at, a.facts AS facts, a.settings AS settings, a.event_uuids AS event_uuids, ${isoSql('a.event_received_at')} AS received_at
FROM alerts AS a WHERE a.company_id = {company:String} AND a.alert_id = {id:UUID}
ORDER BY a.revision DESC
LIMIT 1`;

/** Newest attempts first; all of them are counted. */
const ATTEMPTS = `
SELECT toString(delivery_id) AS delivery_id, endpoint_id, url, event_type, alert_revision AS revision, attempt, reason, outcome, http_status, error, response_excerpt, ${isoSql('w.started_at')} AS at, duration_ms,
  if(w.next_attempt_at IS NULL, NULL, ${isoSql('w.next_attempt_at')}) AS next_at, toString(count() OVER ()) AS total
FROM webhook_attempts AS w WHERE w.company_id = {company:String} AND w.alert_id = {id:UUID}
ORDER BY w.started_at DESC, attempt DESC
LIMIT {limit:UInt32}`;

type ListedRow = Omit<ListedAlert, 'event_timestamp' | 'decided_at'> & { event_at: string; at: string };
type FoundRow = ListedRow & { opens_at: string; closes_at: string; facts: readonly AlertFact[]; settings: string; event_uuids: readonly string[]; received_at: string };
type AttemptRow = Omit<StoredAttempt, 'started_at' | 'next_attempt_at'> & { at: string; next_at: string | null; total: string };

/** Reads alerts for the API. Every query names the company; each alert is its newest revision. All methods throw when ClickHouse does not answer. */
export class AlertReader {
  constructor(private readonly client: ClickHouseClient) {}

  /** Newest first, by the time of the decision that made the newest revision. */
  async page(company: string, filter: AlertFilter): Promise<{ readonly items: readonly ListedAlert[]; readonly next: PageCursor | null }> {
    const { limit, after, ...named } = filter;
    const rows = await this.rows<ListedRow & { micros: string }>(pageQuery(filter), { company, ...named, ...(after === null ? {} : { micros: after.micros, after: after.id }), limit: limit + 1 });
    const shown = rows.slice(0, limit);
    const last = shown.at(-1);
    return { items: shown.map(({ micros: _micros, ...row }) => listed(row)), next: rows.length > limit && last ? { micros: last.micros, id: last.id } : null };
  }

  /** Null when the history has no alert of that id in the company's scope. */
  async find(company: string, id: string): Promise<StoredAlert | null> {
    const [row] = await this.rows<FoundRow>(FIND, { company, id });
    if (!row) return null;
    const { opens_at, closes_at, facts, settings, event_uuids, received_at, ...head } = row;
    return {
      ...listed(head),
      window_start: opens_at,
      window_end: closes_at,
      facts: facts.map((fact) => ({ ...fact, window_start: isoOf(fact.window_start), window_end: isoOf(fact.window_end) })),
      settings: JSON.parse(settings),
      event_uuids,
      event_received_at: received_at,
    };
  }

  /** Attempts to deliver any of its revisions, the newest `limit` of them, newest first; and how many there were. */
  async attempts(company: string, id: string, limit: number): Promise<{ readonly items: readonly StoredAttempt[]; readonly total: number }> {
    const rows = await this.rows<AttemptRow>(ATTEMPTS, { company, id, limit });
    return { items: rows.map(({ at, next_at, total: _total, ...row }) => ({ ...row, started_at: at, next_attempt_at: next_at })), total: Number(rows[0]?.total ?? 0) };
  }

  private async rows<Row>(query: string, query_params: Record<string, unknown>): Promise<readonly Row[]> {
    return (await this.client.query({ query, query_params, format: 'JSONEachRow' })).json<Row>();
  }
}

const listed = ({ event_at, at, ...row }: ListedRow): ListedAlert => ({ ...row, event_timestamp: event_at, decided_at: at });

/** A rule's id and its mode are part of an alert's identity, so they narrow the search for newest revisions; all else may change from revision to revision. */
function pageQuery({ rule, player, status, severity, mode, from, to, after }: AlertFilter): string {
  const identity = ['company_id = {company:String}', ...(rule === undefined ? [] : ['rule_id = {rule:String}']), ...(mode === undefined ? [] : ['mode = {mode:String}'])];
  // Few alerts are revised: only among those is the newest revision looked for.
  const revised = `SELECT alert_id FROM alerts WHERE ${identity.join(' AND ')} AND revision > 1`;
  const conditions = [
    ...identity.map((condition) => `a.${condition}`),
    `(a.alert_id NOT IN (${revised}) OR (a.alert_id, a.revision) IN (SELECT alert_id, max(revision) FROM alerts WHERE ${identity.join(' AND ')} AND alert_id IN (${revised}) GROUP BY alert_id))`,
    ...(player === undefined ? [] : ['a.player_id = {player:String}']),
    ...(status === undefined ? [] : ['a.status = {status:String}']),
    ...(severity === undefined ? [] : ['a.severity = {severity:String}']),
    ...(from === undefined ? [] : ["a.decided_at >= parseDateTime64BestEffort({from:String}, 6, 'UTC')"]),
    ...(to === undefined ? [] : ["a.decided_at < parseDateTime64BestEffort({to:String}, 6, 'UTC')"]),
    ...(after === null ? [] : ["(a.decided_at, toString(a.alert_id)) < (fromUnixTimestamp64Micro({micros:Int64}, 'UTC'), {after:String})"]),
  ];
  return `
SELECT ${HEAD}, toString(toUnixTimestamp64Micro(a.decided_at)) AS micros
FROM alerts AS a
WHERE ${conditions.join(' AND ')}
ORDER BY a.decided_at DESC, toString(a.alert_id) DESC
LIMIT {limit:UInt32}`;
}
