import type { ClickHouseClient } from '@clickhouse/client';
import type { PageCursor } from './page-cursor';
import { isoSql } from './sql-time';

export type SubjectType = 'transaction' | 'bonus_change' | 'alert' | 'other';

/** A decision, or an alert in the same shape. Times are ISO 8601 UTC with microseconds. */
export interface StoredDecision {
  readonly id: string;
  /** other: a decision that carries no verdict on anybody, such as event.too_late. */
  readonly type: SubjectType;
  readonly service: string;
  readonly kind: string;
  readonly subject_id: string;
  readonly player_id: string | null;
  /** Activity code, GREEN or RED; of an alert its mode. */
  readonly outcome: string;
  readonly score: number | null;
  readonly decided_at: string;
  readonly facts: unknown;
  readonly rule_versions: unknown;
  readonly answer: unknown;
}

export interface StoredLabel {
  readonly label: string;
  readonly note: string | null;
  readonly by: string;
  readonly labelled_at: string;
}

export type ListedDecision = Omit<StoredDecision, 'facts' | 'rule_versions' | 'answer'> & { readonly label: string | null };

export interface DecisionFilter {
  readonly service?: string;
  readonly outcome?: string;
  /** fraud, genuine, unsure, or none for those that nobody has labelled. */
  readonly label?: string;
  /** ISO 8601; from is inclusive, to exclusive. */
  readonly from?: string;
  readonly to?: string;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after: PageCursor | null;
}

const TYPE = `multiIf(service = 'transaction-monitor' AND kind = 'transaction', 'transaction', service = 'bonus-scorer' AND kind = 'bonus.change', 'bonus_change', 'other')`;

const FIND = `
SELECT toString(decision_id) AS id, ${TYPE} AS type, service, kind, subject_id, player_id, outcome, score, ${isoSql('decided_at')} AS at, facts, rule_versions, answer
FROM decisions WHERE company_id = {company:String} AND decision_id = {id:UUID}
LIMIT 1
UNION ALL
SELECT toString(a.alert_id) AS id, 'alert' AS type, if(a.subject_type = 'ring' OR JSONHas(a.settings, 'bonusId'), 'bonus-scorer', 'velocity-detector') AS service, 'alert' AS kind, a.subject AS subject_id, toNullable(a.player_id) AS player_id,
  toString(a.mode) AS outcome, toNullable(a.score) AS score, ${isoSql('a.decided_at')} AS at,
  toJSONString(map('rule_id', toString(a.rule_id), 'title', toString(a.rule_title), 'severity', toString(a.severity), 'status', toString(a.status), 'revision', toString(a.revision), 'event_uuid', toString(a.event_uuid), 'subject_type', toString(a.subject_type))) AS facts,
  toJSONString(map(toString(a.rule_id), a.rule_version)) AS rule_versions, NULL AS answer
FROM alerts AS a WHERE a.company_id = {company:String} AND a.alert_id = {id:UUID}
ORDER BY a.revision DESC
LIMIT 1`;

const LABELS = `
SELECT label, note, labelled_by AS by, ${isoSql('labelled_at')} AS at
FROM decision_labels WHERE company_id = {company:String} AND subject_id = {id:UUID}
ORDER BY decision_labels.labelled_at, kafka_offset`;

const TYPES = `
SELECT toString(decision_id) AS id, any(${TYPE}) AS type FROM decisions WHERE company_id = {company:String} AND decision_id IN {ids:Array(UUID)} GROUP BY decision_id
UNION ALL
SELECT toString(alert_id) AS id, 'alert' AS type FROM alerts WHERE company_id = {company:String} AND alert_id IN {ids:Array(UUID)} GROUP BY alert_id`;

const STANDING = `
SELECT toString(subject_id) AS id, label, note, labelled_by AS by, ${isoSql('labelled_at')} AS at
FROM decision_labels WHERE company_id = {company:String} AND subject_id IN {ids:Array(UUID)}
ORDER BY decision_labels.labelled_at DESC, kafka_offset DESC
LIMIT 1 BY subject_id`;

/** Ids of one question: parameters travel in the address, which servers take up to 16 kB of. */
const IDS_AT_A_TIME = 200;

/** Reads decisions, alerts and their labels for the API. Every query names the company. All methods throw when ClickHouse does not answer. */
export class DecisionReader {
  constructor(private readonly client: ClickHouseClient) {}

  /** Null when the history has no decision and no alert of that id in the company's scope. */
  async find(company: string, id: string): Promise<StoredDecision | null> {
    const [row] = await this.rows<Omit<StoredDecision, 'decided_at'> & { at: string; facts: string; rule_versions: string; answer: string | null }>(FIND, { company, id });
    if (!row) return null;
    const { at, facts, rule_versions, answer, ...rest } = row;
    return { ...rest, decided_at: at, facts: JSON.parse(facts), rule_versions: JSON.parse(rule_versions), answer: answer === null ? null : JSON.parse(answer) };
  }

  /** Oldest first. */
  async labels(company: string, id: string): Promise<readonly StoredLabel[]> {
    return (await this.rows<Omit<StoredLabel, 'labelled_at'> & { at: string }>(LABELS, { company, id })).map(({ at, ...label }) => ({ ...label, labelled_at: at }));
  }

  /** What the history has of these ids in the company's scope: type by id. */
  async types(company: string, ids: readonly string[]): Promise<ReadonlyMap<string, SubjectType>> {
    return new Map((await this.rowsOf<{ id: string; type: SubjectType }>(TYPES, company, ids)).map(({ id, type }) => [id, type]));
  }

  /** The newest label of each of these ids, for those that have one. */
  async standingLabels(company: string, ids: readonly string[]): Promise<ReadonlyMap<string, StoredLabel>> {
    const rows = await this.rowsOf<Omit<StoredLabel, 'labelled_at'> & { id: string; at: string }>(STANDING, company, ids);
    return new Map(rows.map(({ id, at, ...label }) => [id, { ...label, labelled_at: at }]));
  }

  /** Newest first. */
  async page(company: string, filter: DecisionFilter): Promise<{ readonly items: readonly ListedDecision[]; readonly next: PageCursor | null }> {
    const rows = await this.rows<Omit<ListedDecision, 'decided_at'> & { at: string; micros: string }>(pageQuery(filter), {
      company,
      ...(filter.service === undefined ? {} : { service: filter.service }),
      ...(filter.outcome === undefined ? {} : { outcome: filter.outcome }),
      ...(filter.label === undefined ? {} : { label: filter.label }),
      ...(filter.from === undefined ? {} : { from: filter.from }),
      ...(filter.to === undefined ? {} : { to: filter.to }),
      ...(filter.after === null ? {} : { micros: filter.after.micros, after: filter.after.id }),
      limit: filter.limit + 1,
    });
    const shown = rows.slice(0, filter.limit);
    const last = shown.at(-1);
    return { items: shown.map(({ at, micros: _micros, ...rest }) => ({ ...rest, decided_at: at })), next: rows.length > filter.limit && last ? { micros: last.micros, id: last.id } : null };
  }

  private async rowsOf<Row>(query: string, company: string, ids: readonly string[]): Promise<readonly Row[]> {
    const found: Row[] = [];
    for (let from = 0; from < ids.length; from += IDS_AT_A_TIME) found.push(...(await this.rows<Row>(query, { company, ids: ids.slice(from, from + IDS_AT_A_TIME) })));
    return found;
  }

  private async rows<Row>(query: string, query_params: Record<string, unknown>): Promise<readonly Row[]> {
    return (await this.client.query({ query, query_params, format: 'JSONEachRow' })).json<Row>();
  }
}

function pageQuery({ service, outcome, label, from, to, after }: DecisionFilter): string {
  const conditions = [
    'd.company_id = {company:String}',
    ...(service === undefined ? [] : ['d.service = {service:String}']),
    ...(outcome === undefined ? [] : ['d.outcome = {outcome:String}']),
    ...(from === undefined ? [] : ["d.decided_at >= parseDateTime64BestEffort({from:String}, 6, 'UTC')"]),
    ...(to === undefined ? [] : ["d.decided_at < parseDateTime64BestEffort({to:String}, 6, 'UTC')"]),
    ...(after === null ? [] : ["(d.decided_at, toString(d.decision_id)) < (fromUnixTimestamp64Micro({micros:Int64}, 'UTC'), {after:String})"]),
    ...(label === undefined ? [] : [label === 'none' ? 'l.label IS NULL' : 'l.label = {label:String}']),
  ];
  return `
SELECT toString(d.decision_id) AS id, ${TYPE} AS type, d.service AS service, d.kind AS kind, d.subject_id AS subject_id, d.player_id AS player_id, d.outcome AS outcome, d.score AS score, ${isoSql('d.decided_at')} AS at, toString(toUnixTimestamp64Micro(d.decided_at)) AS micros, l.label AS label
FROM decisions AS d
LEFT JOIN (SELECT subject_id AS labelled, label FROM decision_labels_current WHERE company_id = {company:String}) AS l ON l.labelled = d.decision_id
WHERE ${conditions.join(' AND ')}
ORDER BY d.decided_at DESC, toString(d.decision_id) DESC
LIMIT {limit:UInt32}
SETTINGS join_use_nulls = 1`;
}
