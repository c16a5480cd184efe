import type { ClickHouseClient } from '@clickhouse/client';

export interface HistorySummary {
  readonly events: number;
  readonly duplicateEvents: number;
  readonly lateEvents: number;
  readonly players: number;
  readonly alerts: number;
  readonly alertsWithdrawn: number;
  readonly alertsDryRun: number;
  readonly alertsByRule: Readonly<Record<string, number>>;
  readonly webhookMessages: number;
  readonly webhooksDelivered: number;
  readonly deadLetters: number;
  /** Milliseconds from accepted to decided, and to delivered; null when there is nothing to measure. */
  readonly decisionMs: { readonly p50: number; readonly p99: number } | null;
  readonly deliveryMs: { readonly p50: number; readonly p99: number } | null;
}

const COUNTS = `
SELECT
  (SELECT count() FROM events WHERE {company:String} IN ('', company_id)) AS events,
  (SELECT count() - uniqExact(uuid) FROM events WHERE {company:String} IN ('', company_id)) AS duplicateEvents,
  (SELECT countIf(late) FROM events WHERE {company:String} IN ('', company_id)) AS lateEvents,
  (SELECT uniqExact(company_id, player_id) FROM events WHERE {company:String} IN ('', company_id)) AS players,
  (SELECT count() FROM webhook_delivery_messages) AS webhookMessages,
  (SELECT countIf(arrived) FROM webhook_delivery_messages) AS webhooksDelivered,
  (SELECT count() FROM dead_letters) AS deadLetters`;

const MESSAGES = `WITH webhook_delivery_messages AS (
  SELECT delivery_id, max(outcome = 'delivered') AS arrived FROM webhook_attempts WHERE {company:String} IN ('', company_id) GROUP BY delivery_id
)`;

const ALERTS = `
SELECT rule_id, countIf(mode = 'live' AND status = 'open') AS alerts, countIf(mode = 'live' AND status = 'withdrawn') AS withdrawn, countIf(mode = 'dry_run') AS dryRun
FROM alerts_current WHERE {company:String} IN ('', company_id) GROUP BY rule_id ORDER BY alerts DESC, rule_id`;

const LATENCY = `
SELECT count() AS decided, quantileExact(0.5)(decision_ms) AS d50, quantileExact(0.99)(decision_ms) AS d99,
  count(delivery_ms) AS delivered, quantileExactIf(0.5)(delivery_ms, isNotNull(delivery_ms)) AS m50, quantileExactIf(0.99)(delivery_ms, isNotNull(delivery_ms)) AS m99
FROM alert_latency WHERE {company:String} IN ('', company_id)`;

/** Counts for the command line and the end of `npm start`. @param companyScope null: all companies. */
export async function summary(client: ClickHouseClient, companyScope: string | null = null): Promise<HistorySummary> {
  const query_params = { company: companyScope ?? '' };
  const read = async <Row>(query: string): Promise<Row[]> => (await client.query({ query, query_params, format: 'JSONEachRow', clickhouse_settings: { output_format_json_quote_64bit_integers: 0 } })).json<Row>();
  const [counts] = await read<Record<string, number>>(MESSAGES + COUNTS);
  const rules = await read<{ rule_id: string; alerts: number; withdrawn: number; dryRun: number }>(ALERTS);
  const [latency] = await read<{ decided: number; d50: number; d99: number; delivered: number; m50: number | null; m99: number | null }>(LATENCY);
  const sum = (of: (rule: (typeof rules)[number]) => number): number => rules.reduce((total, rule) => total + of(rule), 0);
  return {
    ...(counts as unknown as Pick<HistorySummary, 'events' | 'duplicateEvents' | 'lateEvents' | 'players' | 'webhookMessages' | 'webhooksDelivered' | 'deadLetters'>),
    alerts: sum(({ alerts }) => alerts),
    alertsWithdrawn: sum(({ withdrawn }) => withdrawn),
    alertsDryRun: sum(({ dryRun }) => dryRun),
    alertsByRule: Object.fromEntries(rules.filter(({ alerts }) => alerts > 0).map(({ rule_id, alerts }) => [rule_id, alerts])),
    decisionMs: latency && latency.decided > 0 ? { p50: latency.d50, p99: latency.d99 } : null,
    deliveryMs: latency && latency.delivered > 0 ? { p50: latency.m50 as number, p99: latency.m99 as number } : null,
  };
}
