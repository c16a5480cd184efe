import type { ClickHouseClient } from '@clickhouse/client';
import type { BettingEvent } from '@stakewatch/contracts';

/** What rules can see of an event; times in microseconds UTC. */
const COLUMNS = [
  'uuid', 'event_timestamp', 'received_at', 'event_type', 'player_id', 'currency', 'amount', 'balance_before', 'balance_after', 'game_odds', 'player_kyc_level', 'player_country', 'operator', 'ip_address', 'session_id', 'device_id',
  'player_phone', 'device_type', 'game_type', 'game_id', 'game_sport', 'game_competition',
] as const;
export type KeptEvent = Pick<BettingEvent, (typeof COLUMNS)[number]>;

/** Columns of events by which rules count. */
export type SubjectColumn = 'player_id' | 'device_id' | 'player_phone' | 'ip_address';

/** Which kept events are read. Times in microseconds UTC, from inclusive, to exclusive. */
export interface HistoryRange {
  readonly company: string;
  readonly subject: SubjectColumn;
  /** Event types; null for all. */
  readonly types: readonly string[] | null;
  readonly from: number;
  readonly to: number;
  /** Each subject's first event since then is read as well; null where nothing hangs on it. */
  readonly firstSince: number | null;
  /** Only subjects that these players' events in the range name; all when empty. */
  readonly players: readonly string[];
}

/** One of `of` parts that subjects are spread over; each is read by itself, so that no question has to sort everything. */
export interface Part {
  readonly part: number;
  readonly of: number;
}

/** An alert that was raised, by its newest revision. */
export interface RaisedAlert {
  readonly subject: string;
  readonly player_id: string;
  readonly currency: string;
  /** Microseconds. */
  readonly window_start: number;
  readonly event_timestamp: number;
}

/** Reads a company's kept events as rules would see them. Every query names the company. All methods throw when ClickHouse does not answer. */
export class KeptHistory {
  constructor(
    private readonly client: ClickHouseClient,
    private readonly signal: AbortSignal,
  ) {}

  /** How many events there are to read. */
  async size(range: HistoryRange): Promise<number> {
    const query = `SELECT count() AS events FROM events WHERE ${eventConditions(range)}`;
    const [row] = await (await this.ask(query, eventParams(range), 'JSONEachRow')).json<{ events: number }>();
    return row?.events ?? 0;
  }

  /** Events subject by subject, each subject's in the order in which they happened, as they come from the server. */
  async *events(range: HistoryRange, part: Part): AsyncGenerator<readonly KeptEvent[]> {
    const subject = subjectOf(range.subject);
    const query = `
SELECT ${COLUMNS.map(selected).join(', ')}
FROM events AS e
WHERE ${eventConditions(range)} AND ${inPart(subject)}
ORDER BY ${subject}, e.event_timestamp, toString(e.uuid)`;
    const result = await this.ask(query, { ...eventParams(range), ...part }, 'JSONCompactEachRow');
    for await (const rows of result.stream<unknown[]>()) {
      this.signal.throwIfAborted();
      yield rows.map((row) => eventOf(row.json()));
    }
    // A stream that was stopped may look like one that has ended.
    this.signal.throwIfAborted();
  }

  /** Alerts of a rule that stand and whose event lies in the range, in any mode. `by` is the column of alerts that names the range's subject. */
  async raised({ company, subject, types, from, to, players }: HistoryRange, rule: string, by: 'player_id' | 'subject', part: Part): Promise<readonly RaisedAlert[]> {
    const query = `
SELECT a.subject AS subject, a.player_id AS player_id, a.currency AS currency, toUnixTimestamp64Micro(a.window_start) AS window_start, toUnixTimestamp64Micro(a.event_timestamp) AS event_timestamp
FROM alerts AS a
WHERE a.company_id = {company:String} AND a.rule_id = {rule:String} AND a.status = 'open'
  AND (a.alert_id, a.revision) IN (SELECT alert_id, max(revision) FROM alerts WHERE company_id = {company:String} AND rule_id = {rule:String} GROUP BY alert_id)
  AND a.event_timestamp >= ${time('from')} AND a.event_timestamp < ${time('to')}
  AND ${inPart(`a.${by}`)}${players.length === 0 ? '' : ` AND a.${by} IN (${subjectsOfPlayers(subject)})`}`;
    const params = { ...eventParams({ company, subject, types, from, to, players, firstSince: null }), rule, ...part };
    return (await this.ask(query, params, 'JSONEachRow')).json<RaisedAlert>();
  }

  /** The client itself takes no notice of a signal that was given before. */
  private ask<Format extends 'JSONEachRow' | 'JSONCompactEachRow'>(query: string, query_params: Record<string, unknown>, format: Format) {
    this.signal.throwIfAborted();
    return this.client.query({ query, query_params, format, abort_signal: this.signal, clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } });
  }
}

const time = (parameter: string): string => `fromUnixTimestamp64Micro({${parameter}:Int64}, 'UTC')`;
const subjectOf = (column: SubjectColumn): string => (column === 'player_id' ? 'player_id' : `ifNull(${column}, '')`);
const inPart = (subject: string): string => `cityHash64(toString(${subject})) % {of:UInt32} = {part:UInt32}`;
const within = (from: string, to: string): string => `event_timestamp >= ${time(from)} AND event_timestamp < ${time(to)} AND toDate(event_timestamp) >= toDate(${time(from)}) AND toDate(event_timestamp) <= toDate(${time(to)})`;

/** The sorting key's columns are named as such, so that whole days are passed over. */
function eventConditions({ subject: column, types, firstSince, players }: HistoryRange): string {
  const subject = subjectOf(column);
  const first = `SELECT ${subject}, min(event_timestamp) FROM events WHERE company_id = {company:String} AND ${within('first_since', 'from')} GROUP BY ${subject}`;
  return [
    'company_id = {company:String}',
    firstSince === null ? within('from', 'to') : `${within('first_since', 'to')} AND (event_timestamp >= ${time('from')} OR (${subject}, event_timestamp) IN (${first}))`,
    `${subject} != ''`,
    ...(types === null ? [] : ['event_type IN {types:Array(String)}']),
    ...(players.length === 0 ? [] : [`${subject} IN (${subjectsOfPlayers(column)})`]),
  ].join(' AND ');
}

const subjectsOfPlayers = (column: SubjectColumn): string => `SELECT ${subjectOf(column)} FROM events WHERE company_id = {company:String} AND ${within('from', 'to')} AND player_id IN {players:Array(String)}`;

function eventParams({ company, types, from, to, firstSince, players }: HistoryRange): Record<string, unknown> {
  return { company, from, to, ...(firstSince === null ? {} : { first_since: firstSince }), ...(types === null ? {} : { types }), ...(players.length === 0 ? {} : { players }) };
}

function selected(column: (typeof COLUMNS)[number]): string {
  if (column === 'uuid') return 'toString(e.uuid)';
  return column === 'event_timestamp' || column === 'received_at' ? `toUnixTimestamp64Micro(e.${column})` : `e.${column}`;
}

const eventOf = (row: readonly unknown[]): KeptEvent => Object.fromEntries(COLUMNS.map((column, at) => [column, row[at]])) as unknown as KeptEvent;
