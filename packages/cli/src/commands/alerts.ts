import { Command, Option } from 'commander';
import { type Alert, TOPICS } from '@stakewatch/contracts';
import { type Context, duration, examples, type Run } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';
import { printable } from '../output';
import { readTopic } from '../read-topic';

interface TailFlags {
  readonly follow?: boolean;
  readonly since: number;
  readonly company?: string;
  readonly rule?: string;
  readonly dryRun?: boolean;
}

export function alertsCommand(run: Run): Command {
  const command = new Command('alerts').description('alerts as they are published');
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

async function tail({ session, output, interrupted }: Context, flags: TailFlags): Promise<ExitCode> {
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
    onRecord: async ({ value }) => {
      if (value === null) return;
      await codec.learn([value]);
      const alert = codec.decode('alert', value);
      if (wanted(alert, flags)) output.item(viewOf(alert), lineOf(alert));
    },
  });
  return interrupted.aborted && flags.follow !== true ? EXIT.interrupted : EXIT.ok;
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
