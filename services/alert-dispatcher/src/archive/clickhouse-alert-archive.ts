import type { ClickHouseClient } from '@stakewatch/clickhouse';
import type { Alert, AlertFact } from '@stakewatch/contracts';
import { microsOfIso } from '../core/instants';
import type { AlertArchive } from './alert-archive';
import { asHistoryError, HISTORY_SETTINGS } from './clickhouse-errors';

type Instants = 'window_start' | 'window_end' | 'event_timestamp' | 'event_received_at' | 'decided_at';
type FactRow = Omit<AlertFact, 'window_start' | 'window_end'> & { readonly window_start: string; readonly window_end: string };
type AlertRow = Omit<Alert, Instants | 'facts'> & Readonly<Record<Instants, string>> & { readonly facts: readonly FactRow[] };

const FIND = `
SELECT alert_id, revision, company_id, status, mode, rule_id, rule_version, rule_title, severity, score, tags, subject_type, subject,
       player_id, window_start, window_end, event_uuid, event_timestamp, currency, facts, settings, event_uuids, event_count,
       event_received_at, decided_at
FROM alerts
WHERE company_id = {company:String} AND alert_id = {alert:UUID} AND ({revision:Int32} = 0 OR revision = {revision:Int32})
ORDER BY revision DESC
LIMIT 1`;

/** The alerts table (docs/data.md). */
export function createClickHouseAlertArchive(client: ClickHouseClient): AlertArchive {
  return {
    async find(companyId, alertId, revision) {
      try {
        const result = await client.query({ query: FIND, query_params: { company: companyId, alert: alertId, revision: revision ?? 0 }, format: 'JSONEachRow', clickhouse_settings: HISTORY_SETTINGS });
        const [row] = await result.json<AlertRow>();
        return row ? toAlert(row) : null;
      } catch (error) {
        throw asHistoryError(error);
      }
    },
  };
}

function toAlert(row: AlertRow): Alert {
  return {
    ...row,
    window_start: microsOfIso(row.window_start),
    window_end: microsOfIso(row.window_end),
    event_timestamp: microsOfIso(row.event_timestamp),
    event_received_at: microsOfIso(row.event_received_at),
    decided_at: microsOfIso(row.decided_at),
    facts: row.facts.map((fact) => ({ ...fact, window_start: microsOfIso(fact.window_start), window_end: microsOfIso(fact.window_end) })),
  };
}
