import { Command, Option } from 'commander';
import { type Alert, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec } from '@stakewatch/runtime';
import { callApi, type KeyOptions, type PageOptions, showPage, withKey, withPage } from '../api-call';
import { type Context, duration, examples, knownCompany, type Run } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';
import { printable } from '../output';
import { readTopic } from '../read-topic';
import { labelLines, type Said } from './decisions';

interface TailFlags {
  readonly follow?: boolean;
  readonly since: number;
  readonly company?: string;
  readonly rule?: string;
  readonly dryRun?: boolean;
}

export function alertsCommand(run: Run): Command {
  const command = new Command('alerts').description('alerts: as the history has them, and as they are published');
  withPage(command.command('list'), 'alerts')
    .option('--rule <id>', 'of this rule')
    .option('--player <id>', 'triggered by an event of this player')
    .addOption(new Option('--status <status>', 'as they stand now').choices(['open', 'withdrawn']))
    .addOption(new Option('--severity <severity>').choices(['low', 'medium', 'high', 'critical']))
    .addOption(new Option('--mode <mode>').choices(['live', 'dry_run']))
    .description('show alerts from the history, newest first, each as it stands now')
    .addHelpText('after', examples('alerts list -c acme --severity critical --status open', 'alerts list -c acme --rule deposit-burst --from 2026-11-01T00:00:00Z --json'))
    .action((options: PageOptions, self: Command) => run((context) => showPage(context, '/alerts', options, ['id', 'rule_id', 'severity', 'subject', 'player_id', 'status', 'mode', 'label', 'decided_at'], 'No alerts.'), self));
  withKey(command.command('show'))
    .argument('<id>', 'uuid of the alert')
    .description('show an alert with its evidence, its deliveries and its labels')
    .addHelpText('after', examples('alerts show 7d444840-9dc0-51d1-b245-5ffdce74fad2 -c acme'))
    .action((id: string, options: KeyOptions, self: Command) => run((context) => show(context, id, options), self));
  command
    .command('tail')
    .option('-f, --follow', 'go on with those to come, until Ctrl-C')
    .addOption(new Option('--since <time>', 'from this long ago').argParser(duration).default(3_600_000, '1h'))
    .option('-c, --company <scope>', 'of this company scope only (acme, acme-sandbox)')
    .option('--rule <id>', 'of this rule only')
    .option('--dry-run', 'dry-run alerts too')
    .description('print the alerts of the last hour from Kafka, each revision a line')
    .addHelpText('after', examples('alerts tail --follow', 'alerts tail --since 24h -c acme --json | jq .rule_id'))
    .action((flags: TailFlags, self: Command) => run((context) => tail(context, flags), self));
  return command;
}

interface ShownAlert {
  readonly id: string;
  readonly revision: number;
  readonly status: string;
  readonly mode: string;
  readonly rule_id: string;
  readonly rule_version: number;
  readonly rule_title: string;
  readonly severity: string;
  readonly score: number;
  readonly subject_type: string;
  readonly subject: string;
  readonly player_id: string;
  readonly event_uuid: string;
  readonly event_timestamp: string;
  readonly event_count: number;
  readonly decided_at: string;
  readonly facts: readonly { name: string; value: number; window_start: string; window_end: string; truncated: boolean }[];
  readonly settings: unknown;
  readonly attempts: readonly { started_at: string; endpoint_id: string; event_type: string; revision: number; attempt: number; outcome: string; http_status: number | null; error: string | null }[];
  readonly attempts_total: number;
  readonly labels: readonly Said[];
}

async function show(context: Context, id: string, { company }: KeyOptions): Promise<void> {
  const alert = await callApi<ShownAlert>(context, company, `/alerts/${encodeURIComponent(id)}`);
  context.output.result({ ...alert }, alertLines(alert).map(printable).join('\n'));
}

function alertLines(alert: ShownAlert): readonly string[] {
  const { attempts, attempts_total: total } = alert;
  return [
    `${alert.severity} ${alert.id}: ${alert.rule_title} (${alert.rule_id}, version ${alert.rule_version}), ${alert.mode}, ${alert.status}, revision ${alert.revision}, decided at ${alert.decided_at}`,
    `${alert.subject_type} ${alert.subject}, player ${alert.player_id}, score ${alert.score}`,
    `event ${alert.event_uuid} at ${alert.event_timestamp}, ${alert.event_count} events contributed`,
    ...alert.facts.map(({ name, value, window_start, window_end, truncated }) => `fact ${name} = ${truncated ? 'at least ' : ''}${value}, from ${window_start} to ${window_end}`),
    `settings ${JSON.stringify(alert.settings)}`,
    ...attempts.map(({ started_at, endpoint_id, event_type, revision, attempt, outcome, http_status, error }) => `${started_at} ${event_type} of revision ${revision} to ${endpoint_id}, attempt ${attempt}: ${outcome}${http_status === null ? '' : `, ${http_status}`}${error === null ? '' : `, ${error}`}`),
    ...(total === 0 ? ['not sent'] : total > attempts.length ? [`… and ${total - attempts.length} earlier attempts`] : []),
    ...labelLines(alert.labels),
  ];
}

async function tail({ session, output, interrupted }: Context, flags: TailFlags): Promise<ExitCode> {
  if (flags.company !== undefined) await knownCompany(session, flags.company);
  const topic = TOPICS.alerts.name;
  const log = await session.log();
  const codec = await session.codec();
  const admin = await log.admin();
  const [starts, offsets] = await Promise.all([admin.offsetsAt(topic, Date.now() - flags.since), admin.offsets(topic)]);
  await readTopic(log, {
    topic,
    from: new Map(starts.map(({ partition, offset }) => [partition, offset])),
    until: flags.follow === true ? null : new Map(offsets.map(({ partition, next }) => [partition, next])),
    signal: interrupted,
    onRecord: async ({ value, partition, offset }) => {
      if (value === null) return;
      await codec.learn([value]);
      const alert = readAlert(codec, value);
      if (typeof alert === 'string') output.warning(`the record at offset ${offset} of ${topic}-${partition} is left out: ${alert}`);
      else if (wanted(alert, flags)) output.item(viewOf(alert), lineOf(alert));
    },
  });
  return interrupted.aborted && flags.follow !== true ? EXIT.interrupted : EXIT.ok;
}

/** Why it cannot be read, where it cannot: it is on the dead letter topic of each of its readers. */
function readAlert(codec: AvroCodec, value: Buffer): Alert | string {
  try {
    return codec.decode('alert', value);
  } catch (error) {
    if ((error as Error).name !== 'Unreadable') throw error;
    return (error as Error).message;
  }
}

/** The alert with times as ISO 8601 and its settings as an object. */
function viewOf(alert: Alert) {
  return {
    ...alert,
    settings: JSON.parse(alert.settings) as unknown,
    window_start: iso(alert.window_start),
    window_end: iso(alert.window_end),
    event_timestamp: iso(alert.event_timestamp),
    event_received_at: iso(alert.event_received_at),
    decided_at: iso(alert.decided_at),
    facts: alert.facts.map((fact) => ({ ...fact, window_start: iso(fact.window_start), window_end: iso(fact.window_end) })),
  };
}

function wanted(alert: Alert, { company, rule, dryRun }: TailFlags): boolean {
  return (company === undefined || alert.company_id === company) && (rule === undefined || alert.rule_id === rule) && (dryRun === true || alert.mode === 'live');
}

function lineOf(alert: Alert): string {
  const facts = alert.facts.map(({ name, value }) => `${name}=${Number.isInteger(value) ? value : value.toFixed(2)}`).join(' ');
  const status = alert.revision === 1 ? 'raised' : alert.status === 'withdrawn' ? 'withdrawn' : `updated (${alert.revision})`;
  return printable([iso(alert.event_timestamp), alert.company_id, alert.severity.padEnd(8), alert.rule_id, `${alert.subject_type} ${alert.subject}`, status, facts, alert.alert_id].join('  '));
}

const iso = (micros: number): string => new Date(micros / 1000).toISOString();
