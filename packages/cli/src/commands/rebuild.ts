import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { CONSUMER_GROUPS, TOPICS } from '@stakewatch/contracts';
import type { GroupOfTopics, LogAdmin, PartitionName } from '@stakewatch/runtime';
import { CliError } from '../cli-error';
import { type Context, examples, type Run } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';

/** A service whose state lies in Redis. */
interface Stateful {
  /** Topics that its state is made from, in the order in which their partitions are cleared: what is derived comes last. */
  readonly topics: readonly string[];
  /** Groups that must have caught up before it has. */
  readonly groups: readonly GroupOfTopics[];
}

const { velocityDetector, transactionMonitor, bonusScorer, bonusActivity, alertDispatcher } = CONSUMER_GROUPS;
const STATEFUL = {
  'velocity-detector': { topics: [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name], groups: [velocityDetector] },
  'transaction-monitor': { topics: [TOPICS.transactions.name], groups: [transactionMonitor] },
  // What betting events say stands on its topic already: they need not be packed again.
  'bonus-scorer': { topics: [TOPICS.bonusChanges.name], groups: [bonusScorer, bonusActivity] },
  // Its deliveries lie in a form of its own, and it forgets them itself.
  'alert-dispatcher': { topics: [], groups: [alertDispatcher] },
} as const satisfies Record<string, Stateful>;
type ServiceName = keyof typeof STATEFUL;
const SERVICES = Object.keys(STATEFUL) as readonly ServiceName[];
const PROGRESS_EVERY_MS = 1_000;

interface RebuildFlags {
  readonly service: ServiceName | 'all';
  readonly yes?: boolean;
  readonly wait?: boolean;
}

export function rebuildCommand(run: Run): Command {
  return new Command('rebuild')
    .addOption(new Option('--service <name>', 'whose state').choices([...SERVICES, 'all']).default('velocity-detector'))
    .option('--yes', 'do not ask')
    .option('--wait', 'wait until the service has no lag')
    .description("rebuild a service's state in Redis from Kafka")
    .addHelpText(
      'after',
      `
What it does, partition by partition:
  1. takes the partition over with a new epoch, so that the running owner can save nothing more (it is fenced, not stopped);
  2. deletes the partition's state and the offset it reflects;
  3. the owner sees at its next batch that its state is gone, opens the partition anew and reads the log again, from the service's rebuild
     window back. A partition without new events keeps its state in memory and is read again with its next event or owner; restart the
     service to have all read again at once.
Nothing is lost and nothing is told twice: up to where the service was, the log changes its states and nothing else. Until it has caught
up, alerts and decisions come late. The alert dispatcher reads back to the oldest alert that waits for an endpoint, at most as long as
alerts.v1 is kept (365 days), and leaves out what its log of attempts in ClickHouse shows delivered; notices that an endpoint fails or was
disabled, not delivered yet, are not made again. Safe to repeat, and safe to interrupt: what was not yet cleared stays as it is.
${examples('rebuild', 'rebuild --service transaction-monitor --yes', 'rebuild --service all --yes --wait')}`,
    )
    .action((flags: RebuildFlags, self: Command) => run((context) => rebuild(context, flags), self));
}

async function rebuild(context: Context, { service, yes, wait }: RebuildFlags): Promise<ExitCode> {
  const { session, output, interrupted } = context;
  const services = service === 'all' ? SERVICES : [service];
  const store = await session.stateStore();
  const admin = await (await session.log()).admin();
  const partitions = (await Promise.all(services.map((name) => partitionsOf(admin, name)))).flat();
  const what = `${services.join(', ')}${partitions.length > 0 ? ` (${partitions.length} partitions)` : ''}`;
  if (yes !== true && !(await confirmed(context, `Clear the state of ${what} and let it be read from the log again?`))) {
    throw new CliError('not_confirmed', 'Nothing was done.', EXIT.refused, 'Answer yes, or add --yes.');
  }
  for (const [index, partition] of partitions.entries()) {
    if (interrupted.aborted) return EXIT.interrupted;
    // Dies here: the partitions cleared so far are rebuilt, the others keep their state.
    await store.clear(partition);
    output.note(`cleared ${partition.topic}-${partition.partition} of ${partition.group} (${index + 1} of ${partitions.length})`);
  }
  const forgotten = services.includes('alert-dispatcher') ? await forgetDeliveries(context, admin) : 0;
  const lag = wait === true ? await caughtUp(context, admin, services) : null;
  const cleared = partitions.map(({ group, topic, partition }) => (service === 'all' ? { service: group, topic, partition } : { topic, partition }));
  output.result(
    { service, cleared, ...(services.includes('alert-dispatcher') ? { forgotten } : {}), lag },
    `${services.join(', ')}: ${partitions.length + forgotten} partitions cleared${lag === 0 ? ', no lag' : ''}. Each is read again with its next event; restart the service to have all read again now.`,
  );
  return EXIT.ok;
}

/** Partitions of deliveries that the dispatcher now has to work out anew. */
async function forgetDeliveries({ session }: Context, admin: LogAdmin): Promise<number> {
  // Loaded when needed: it brings the dispatcher's clients along.
  const { forgetDispatcherState } = await import('@stakewatch/alert-dispatcher');
  return forgetDispatcherState(await session.redis(), admin);
}

async function partitionsOf(admin: LogAdmin, service: ServiceName): Promise<PartitionName[]> {
  const { topics }: Stateful = STATEFUL[service];
  const counts = await Promise.all(topics.map((topic) => admin.partitionCount(topic)));
  return topics.flatMap((topic, index) => Array.from({ length: counts[index] ?? 0 }, (_, partition) => ({ group: service, topic, partition })));
}

async function confirmed({ stdin, streams }: Context, question: string): Promise<boolean> {
  if (stdin.isTTY !== true) return false;
  const prompt = createInterface({ input: stdin, output: streams.stderr });
  try {
    return /^y(es)?$/i.test((await prompt.question(`${question} [y/N] `)).trim());
  } finally {
    prompt.close();
  }
}

/** Records between what the groups have committed and the ends of their topics; resolves at 0 or when interrupted. */
async function caughtUp({ output, interrupted }: Context, admin: LogAdmin, services: readonly ServiceName[]): Promise<number> {
  // Loaded when needed, as the session does.
  const { groupLag } = await import('@stakewatch/runtime');
  for (;;) {
    const lags = await Promise.all(services.flatMap((service) => STATEFUL[service].groups.map((group) => groupLag(admin, group))));
    const lag = lags.reduce((sum, each) => sum + each, 0);
    if (lag === 0 || interrupted.aborted) return lag;
    output.note(`${lag} records to go`);
    await new Promise((resolve) => setTimeout(resolve, PROGRESS_EVERY_MS));
  }
}
