import { stackFile } from '@stakewatch/testing';

/** Alarms that docs/operations.md names can be written before anything has happened: every process tells its zeros. */
const { processes } = stackFile();
const metricsOf = async (name: string) => (await fetch(processes.find((process) => process.name === name)?.metricsUrl as string)).text();

/** Whether there is a series of the metric with these labels, beside others, whatever its value. */
function has(metrics: string, name: string, labels: Readonly<Record<string, string>>): boolean {
  return metrics.split('\n').some((line) => line.startsWith(`${name}{`) && Object.entries(labels).every(([label, value]) => line.includes(`${label}="${value}"`)));
}

test.each([
  ['gateway', 'stakewatch_http_requests_total', { route: 'single', status: '500' }],
  ['gateway', 'stakewatch_http_requests_total', { route: 'rule-put', status: '503' }],
  ['gateway', 'stakewatch_events_refused_total', { route: 'batch' }],
  ['gateway', 'stakewatch_gateway_decision_timeouts_total', { topic: 'transactions.v1' }],
  ['gateway', 'stakewatch_gateway_redis_failures_total', { use: 'idempotency' }],
  ['gateway', 'stakewatch_control_records_unfit_total', { topic: 'control.rules.v1' }],
  ['velocity-detector', 'stakewatch_dead_letters_total', { topic: 'betting.events.v1' }],
  ['velocity-detector', 'stakewatch_fold_failures_total', { topic: 'velocity.signals.v1' }],
  ['velocity-detector', 'stakewatch_state_lost_total', { topic: 'betting.events.v1' }],
  ['velocity-detector', 'stakewatch_detector_events_total', { timeline: 'phone', outcome: 'too_late' }],
  ['velocity-detector', 'stakewatch_detector_alerts_total', { rule: 'device-sharing', mode: 'dry_run', status: 'withdrawn' }],
  ['velocity-detector', 'stakewatch_detector_rule_failures_total', { rule: 'own' }],
  ['alert-dispatcher', 'stakewatch_webhook_attempts_total', { outcome: 'abandoned', reason: 'resend' }],
  ['alert-dispatcher', 'stakewatch_webhook_endpoint_disablings_total', {}],
  ['transaction-monitor', 'stakewatch_transaction_rule_failures_total', { rule: 'own' }],
  ['transaction-monitor', 'stakewatch_transaction_decisions_total', { code: '456' }],
  ['bonus-scorer', 'stakewatch_stale_owner_total', { topic: 'bonus.changes.v1' }],
  ['history-writer', 'stakewatch_history_refused_rows_total', { table: 'decision_labels' }],
  ['history-writer', 'stakewatch_dead_letters_total', { topic: 'alerts.v1' }],
])('%s tells %s %j', async (service, name, labels) => {
  expect(has(await metricsOf(service), name, labels)).toBe(true);
});
