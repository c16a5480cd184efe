import { Command } from 'commander';
import { type TopicDeclaration, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec } from '@stakewatch/runtime';
import { usageError } from '../cli-error';
import { type Context, examples, nonNegativeInteger, type Run } from '../command-kit';
import { type DeadLetter, lettersAt, readDeadLetters, recordsOf, replayOf, SOURCE_TOPICS, sourceTopic } from '../dead-letter';
import { EXIT } from '../exit-codes';

interface Place {
  readonly partition?: number;
  readonly offset?: number;
}

const view = ({ record: _record, ...rest }: DeadLetter) => rest;
const placed = (command: Command): Command =>
  command.option('--partition <n>', 'partition that the record stood in', nonNegativeInteger).option('--offset <n>', 'offset that it stood at', nonNegativeInteger);

export function deadLettersCommand(run: Run): Command {
  const command = new Command('dead-letters').description('records that a consumer could not process, with the reason');
  command
    .command('list')
    .argument('[topic]', 'source topic; absent: all')
    .description('list dead letters, one line for each service that refused the record; several copies of one are one line')
    .action((topic: string | undefined, _options, self: Command) =>
      run(async ({ session, output, interrupted }) => {
        const topics = topic === undefined ? SOURCE_TOPICS : [sourceTopic(topic)];
        const log = await session.log();
        const letters = (await Promise.all(topics.map((each) => readDeadLetters(log, each, interrupted)))).flat();
        output.list(letters.map(view), ['topic', 'partition', 'offset', 'uuid', 'service', 'reason', 'deadAt', 'copies'], 'No dead letters.');
      }, self),
    );
  placed(command.command('show'))
    .argument('<topic>', 'source topic')
    .description('show one record that is dead, who refused it and why, and its content, decoded where it can be')
    .addHelpText('after', examples('dead-letters show betting.events.v1 --partition 3 --offset 1042'))
    .action((topic: string, place: Place, self: Command) =>
      run(async (context) => {
        const letters = await lettersOf(context, topic, place);
        const [letter] = letters;
        const refusals = letters.map(({ service, reason, deadAt, copies }) => ({ service, reason, deadAt, copies }));
        const shown = { topic: letter.topic, partition: letter.partition, offset: letter.offset, uuid: letter.uuid, refusals, key: letter.record.key?.toString('utf8') ?? null, content: await contentOf(letter, await context.session.codec()), base64: letter.record.value?.toString('base64') ?? null };
        context.output.result(shown, JSON.stringify(shown, null, 2));
      }, self),
    );
  placed(command.command('replay'))
    .argument('<topic>', 'source topic')
    .option('--all', 'every dead letter of the topic')
    .option('--yes', 'with --all: do not ask')
    .description('publish dead letters on their topic again, as they were; harmless when repeated, consumers know them by identity')
    .addHelpText('after', examples('dead-letters replay betting.events.v1 --partition 3 --offset 1042', 'dead-letters replay betting.events.v1 --all --yes'))
    .action((topic: string, options: Place & { all?: boolean; yes?: boolean }, self: Command) =>
      run(async (context) => {
        const { session, output } = context;
        const source = sourceTopic(topic);
        const letters = options.all === true ? await allLetters(context, source, options.yes === true) : [(await lettersOf(context, source, options))[0]];
        const log = await session.log();
        const count = await (await log.admin()).partitionCount(source);
        // Acknowledged together or not at all told: sent again, the copies have the same identities.
        if (letters.length > 0) await (await log.producer()).send(letters.map((letter) => replayOf(letter, count)));
        output.result({ topic: source, replayed: letters.length, items: letters.map(view) }, `${letters.length} replayed to ${source}.`);
        return EXIT.ok;
      }, self),
    );
  return command;
}

async function lettersOf({ session, interrupted }: Context, topic: string, { partition, offset }: Place): Promise<[DeadLetter, ...DeadLetter[]]> {
  const source = sourceTopic(topic);
  if (partition === undefined || offset === undefined) throw usageError('Say which one: --partition and --offset, as `stakewatch dead-letters list` shows them.');
  return lettersAt(await readDeadLetters(await session.log(), source, interrupted), source, partition, offset);
}

async function allLetters({ session, interrupted }: Context, source: string, yes: boolean): Promise<DeadLetter[]> {
  const letters = recordsOf(await readDeadLetters(await session.log(), source, interrupted));
  if (!yes) throw usageError(`This replays ${letters.length} records to ${source}.`, 'Add --yes to do it.');
  return letters;
}

/** Avro or JSON as the topic says; null where the bytes are what is wrong with it. */
async function contentOf({ topic, record: { value } }: DeadLetter, codec: AvroCodec): Promise<unknown> {
  const schema = Object.values<TopicDeclaration>(TOPICS).find(({ name }) => name === topic)?.schema;
  if (value === null || schema === undefined) return null;
  try {
    if (schema === 'json') return JSON.parse(value.toString('utf8')) as unknown;
    await codec.learn([value]);
    return codec.decode(schema, value);
  } catch (error) {
    if (error instanceof SyntaxError || (error as Error).name === 'Unreadable') return null;
    throw error;
  }
}
