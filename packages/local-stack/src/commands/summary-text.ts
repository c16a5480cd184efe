import type { StackFile } from '@stakewatch/contracts';
import type { HistorySummary } from '@stakewatch/clickhouse';
import type { PlayedMark } from './sample-day';

/** What an operator wants to see once the stack is up. Pure. `now` dates the example event. */
export function summaryText(stack: StackFile, counts: HistorySummary & { settled: boolean }, played: PlayedMark | null, now: Date): string {
  const rows: readonly (readonly [string, string])[] = [
    ...(played ? [['events accepted', `${number(played.accepted)} of the sample day, in ${played.seconds.toFixed(1)} s${played.refused > 0 ? `; ${played.refused} refused` : ''}`] as const] : []),
    ['rows in ClickHouse', `${number(counts.events)} events of ${number(counts.players)} players${counts.duplicateEvents > 0 ? `, ${number(counts.duplicateEvents)} twice` : ''}`],
    ['alerts raised', `${number(counts.alerts)}${rulesOf(counts)}`],
    ['webhooks delivered', `${number(counts.webhooksDelivered)} of ${number(counts.webhookMessages)}`],
    ['event to decision', latency(counts.decisionMs, played)],
    ['event to webhook', latency(counts.deliveryMs, played)],
    ...(counts.deadLetters > 0 ? [['dead letters', number(counts.deadLetters)] as const] : []),
    ...(counts.settled ? [] : [['note', 'the services are still catching up; these counts grow'] as const]),
  ];
  const links: readonly (readonly [string, string])[] = [
    ['API', `${stack.gateway}/api/v1`],
    ['playground', `${stack.gateway}/docs`],
    ['ClickHouse', `${stack.clickhouse.url}  user ${stack.clickhouse.user}, database ${stack.clickhouse.database}, password in stack.json`],
    ['webhooks received', `${stack.webhookReceiver}/deliveries`],
    ...stack.processes.flatMap(({ name, metricsUrl }) => (metricsUrl && ['gateway', 'supervisor'].includes(name) ? [[`${name} metrics`, metricsUrl] as const] : [])),
  ];
  return ['', ...aligned(rows), '', ...aligned(links), '', 'Try it:', curlLine(stack, now), ''].join('\n');
}

/** The document's own example (000, "Example Request"), with this stack's address, a key of it, and the time of now. */
function curlLine(stack: StackFile, now: Date): string {
  const event = { external_event_id: `evt-${now.getTime()}`, player_id: 'player-456', event_type: 'DEPOSIT', amount: 100_000, currency: 'XOF', event_timestamp: now.toISOString() };
  return [
    `  curl -X POST "${stack.gateway}/api/v1/events" \\`,
    '    -H "Content-Type: application/json" \\',
    `    -H "X-API-Key: ${stack.companies[0]?.apiKey ?? '<your key>'}" \\`,
    `    -d '${JSON.stringify(event)}'`,
  ].join('\n');
}

function rulesOf({ alertsByRule }: HistorySummary): string {
  const rules = Object.entries(alertsByRule);
  return rules.length === 0 ? '' : `: ${rules.map(([rule, count]) => `${rule} ${count}`).join(', ')}`;
}

/** A whole day in seconds is a burst onto services that have just started; `npm run bench` measures a warm and quiet system. */
function latency(measured: HistorySummary['decisionMs'], played: PlayedMark | null): string {
  if (!measured) return 'nothing to measure yet';
  const burst = played ? ` (most of it while ${number(Math.round(played.accepted / played.seconds))} events a second came in)` : '';
  return `p50 ${measured.p50.toFixed(0)} ms, p99 ${measured.p99.toFixed(0)} ms${burst}`;
}

function number(value: number): string {
  return value.toLocaleString('en-US');
}

function aligned(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `  ${label.padEnd(width)}  ${value}`);
}
