import { createInterface } from 'node:readline/promises';
import { Command, Option } from 'commander';
import { TOPICS } from '@stakewatch/contracts';
import type { LogAdmin, PartitionName } from '@stakewatch/runtime';
import { CliError } from '../cli-error';
import { type Context, examples, type Run } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';

/** Services whose state lies in Redis, and the topics it is made from, in the order in which they are cleared: what is derived comes last. */
const STATEFUL: Readonly<Record<string, readonly string[]>> = {
  'velocity-detector': [TOPICS.bettingEvents.name, TOPICS.velocitySignals.name],
};
const PROGRESS_EVERY_MS = 1_000;

interface RebuildFlags {
  readonly service: string;
  readonly yes?: boolean;
  readonly wait?: boolean;
}

export function rebuildCommand(run: Run): Command {
  return new Command('rebuild')
    .addOption(new Option('--service <name>', 'whose state').choices(Object.keys(STATEFUL)).default('velocity-detector'))
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
Nothing is lost and nothing is told twice: decisions and alerts derive their identities from what they are about. Until the service has
caught up, alerts come late. Safe to repeat, and safe to interrupt: what was not yet cleared stays as it is.
${examples('rebuild', 'rebuild --yes --wait')}`,
    )
    .action((flags: RebuildFlags, self: Command) => run((context) => rebuild(context, flags), self));
}

async function rebuild(context: Context, { service, yes, wait }: RebuildFlags): Promise<ExitCode> {
  const { session, output, interrupted } = context;
  const store = await session.stateStore();
  const admin = await (await session.log()).admin();
  const partitions = await partitionsOf(admin, service);
  if (yes !== true && !(await confirmed(context, `Clear the state of ${service} (${partitions.length} partitions) and let it read the log again?`))) {
    throw new CliError('not_confirmed', 'Nothing was done.', EXIT.refused, 'Answer yes, or add --yes.');
  }
  for (const [index, partition] of partitions.entries()) {
    if (interrupted.aborted) return EXIT.interrupted;
    // Dies here: the partitions cleared so far are rebuilt, the others keep their state.
    await store.clear(partition);
    output.note(`cleared ${partition.topic}-${partition.partition} (${index + 1} of ${partitions.length})`);
  }
  const lag = wait === true ? await caughtUp(context, admin, service) : null;
  output.result({ service, cleared: partitions.map(({ topic, partition }) => ({ topic, partition })), lag }, `${service}: ${partitions.length} partitions cleared${lag === 0 ? ', no lag' : ''}. Each is read again with its next event; restart the service to have all read again now.`);
  return EXIT.ok;
}

async function partitionsOf(admin: LogAdmin, group: string): Promise<PartitionName[]> {
  const topics = STATEFUL[group] ?? [];
  const counts = await Promise.all(topics.map((topic) => admin.partitionCount(topic)));
  return topics.flatMap((topic, index) => Array.from({ length: counts[index] ?? 0 }, (_, partition) => ({ group, topic, partition })));
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

/** Records between what the group has committed and the ends of its topics; resolves at 0 or when interrupted. */
async function caughtUp({ output, interrupted }: Context, admin: LogAdmin, group: string): Promise<number> {
  for (;;) {
    const lag = await lagOf(admin, group);
    if (lag === 0 || interrupted.aborted) return lag;
    output.note(`${lag} records to go`);
    await new Promise((resolve) => setTimeout(resolve, PROGRESS_EVERY_MS));
  }
}

async function lagOf(admin: LogAdmin, group: string): Promise<number> {
  let lag = 0;
  for (const topic of STATEFUL[group] ?? []) {
    const [ends, committed] = await Promise.all([admin.offsets(topic), admin.committed(group, topic)]);
    for (const { partition, first, next } of ends) {
      lag += Math.max(0, next - (committed.find((each) => each.partition === partition)?.offset ?? first));
    }
  }
  return lag;
}
