import { COMPANY_ID_PATTERN, companyOf } from '@stakewatch/contracts';

export interface AnalystUser {
  /** Company id; the analyst sees its live scope and its sandbox, told apart by `environment`. */
  readonly companyId: string;
  /** SHA-256 of the password, hex: the password itself never stands in SQL. */
  readonly passwordSha256: string;
}

/** Tables with a company_id. dead_letters, dead_letter_replays, processing_progress and schema_migrations belong to nobody and are not granted. */
export const COMPANY_TABLES = ['events', 'alerts', 'decisions', 'decision_labels', 'webhook_attempts'] as const;
export const COMPANY_VIEWS = [
  ...['alerts_current', 'events_hourly', 'player_daily', 'alerts_by_rule', 'webhook_delivery', 'alert_latency'],
  ...['bonus_changes', 'bonus_score_distribution', 'bonus_rule_hits', 'bonus_rings', 'bonus_ring_sizes'],
  ...['transactions', 'transaction_codes_daily', 'transaction_rule_hits'],
  ...['decision_labels_current', 'labelled_decisions', 'label_coverage', 'score_distribution', 'rule_matches', 'rule_runs', 'rule_quality_daily', 'rule_quality'],
] as const;

/**
 * SQL for clickhouse-server: a read-only user per company, who sees only rows of that company, whatever is asked (row policies
 * hold below views, as these run with the rights of who asks). Repeatable. The local front has no users of the server's kind
 * (the embedded engine refuses CREATE USER and row policies): it offers one read-only user that sees all companies.
 */
export function analystUserSql(database: string, analyst: AnalystUser): readonly string[] {
  if (!/^[0-9a-f]{64}$/.test(analyst.passwordSha256)) throw new Error('passwordSha256 must be 64 hex digits');
  const user = quoted(database, analyst.companyId);
  const limits = 'readonly = 1, max_execution_time = 60, max_memory_usage = 4000000000, max_result_rows = 10000000';
  return [
    `CREATE USER IF NOT EXISTS ${user} IDENTIFIED WITH sha256_hash BY '${analyst.passwordSha256}' SETTINGS ${limits}`,
    `ALTER USER ${user} IDENTIFIED WITH sha256_hash BY '${analyst.passwordSha256}' SETTINGS ${limits}`,
    ...COMPANY_TABLES.map((table) => `CREATE ROW POLICY OR REPLACE ${user} ON ${database}.${table} USING company_id IN ('${analyst.companyId}', '${analyst.companyId}-sandbox') TO ${user}`),
    ...[...COMPANY_TABLES, ...COMPANY_VIEWS].map((name) => `GRANT SELECT ON ${database}.${name} TO ${user}`),
  ];
}

/** SQL that takes the user away again, also where there is none. */
export function dropAnalystSql(database: string, companyId: string): readonly string[] {
  const user = quoted(database, companyId);
  return [...COMPANY_TABLES.map((table) => `DROP ROW POLICY IF EXISTS ${user} ON ${database}.${table}`), `DROP USER IF EXISTS ${user}`];
}

export const analystUser = (companyId: string): string => `analyst_${companyId}`;

/** The user's name for SQL. @throws {Error} for names that could say something else there. */
function quoted(database: string, companyId: string): string {
  if (!new RegExp(COMPANY_ID_PATTERN).test(companyId) || companyOf(companyId) !== companyId) throw new Error(`${companyId} is not a company id`);
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(database)) throw new Error(`${database} is not a plain database name`);
  return `\`${analystUser(companyId)}\``;
}
