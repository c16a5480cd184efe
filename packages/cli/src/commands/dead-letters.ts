import { Command } from 'commander';
import { type TopicDeclaration, TOPICS } from '@stakewatch/contracts';
import type { AvroCodec } from '@stakewatch/runtime';
import { usageError } from '../cli-error';
import { type Context, examples, nonNegativeInteger, pageSize, type Run } from '../command-kit';
import { type DeadLetter, DeadLetterLog, type Place, SOURCE_TOPICS, sourceTopic } from '../dead-letter';
import { countReplays, replayAll, Replayer } from '../dead-letter-replay';
import { type DeadRecord, deadRecordAt, deadRecords } from '../dead-records';
import { EXIT, type ExitCode } from '../exit-codes';
import { printable } from '../output';

interface ListOptions {
  readonly limit: number;
  readonly after?: string;
  readonly all?: boolean;
}

interface ReplayFlags extends Partial<Place> {
  readonly all?: boolean;
  readonly again?: boolean;
  readonly yes?: boolean;
}

const MAX_PAGE = 1000;
/** Records of `list --all` held at a time. */
const ALL_AT_A_TIME = 10_000;
const PROGRESS_EVERY_MS = 2_000;
const COLUMNS = ['topic', 'partition', 'offset', 'uuid', 'service', 'reason', 'deadAt', 'copies', 'replayedAt'];
const placed = (command: Command): Command =>
  command.option('--partition <n>', 'partition that the record stood in', nonNegativeInteger).option('--offset <n>', 'offset that it stood at', nonNegativeInteger);

export function deadLettersCommand(run: Run): Command {
  const command = new Command('dead-letters').description('records that a consumer could not process, with the reason');
  command
    .command('list')
    .argument('[topic]', 'source topic; absent: all')
    .option('--limit <n>', `records to show, at most ${MAX_PAGE}`, pageSize(MAX_PAGE), 100)
    .option('--after <next>', 'go on after the page before')
    .option('--all', 'all there are, a line each; with --json a document each')
    .description('list dead letters in the order of where the records stood: for each record a line for each service that refused it, however many copies there are; and when the record was replayed')
    .addHelpText('after', examples('dead-letters list', 'dead-letters list betting.events.v1 --limit 20', 'dead-letters list --all --json > dead-letters.ndjson'))
    .action((topic: string | undefined, options: ListOptions, self: Command) => run((context) => (options.all === true ? listAll : listPage)(context, topic === undefined ? SOURCE_TOPICS : [sourceTopic(topic)], options), self));
  placed(command.command('show'))
    .argument('<topic>', 'source topic')
    .description('show one record that is dead, who refused it and why, and its content, decoded where it can be')
    .addHelpText('after', examples('dead-letters show betting.events.v1 --partition 3 --offset 1042'))
    .action((topic: string, options: Partial<Place>, self: Command) => run((context) => show(context, sourceTopic(topic), placeFrom(options)), self));
  placed(command.command('replay'))
    .argument('<topic>', 'source topic')
    .option('--all', 'every dead record of the topic that was not replayed yet')
    .option('--again', 'with --all: also those that were')
    .option('--yes', 'with --all: do not ask')
    .description('publish dead records on their topic again, as they were; harmless when repeated, consumers know them by identity')
    .addHelpText('after', examples('dead-letters replay betting.events.v1 --partition 3 --offset 1042', 'dead-letters replay betting.events.v1 --all --yes'))
    .action((topic: string, options: ReplayFlags, self: Command) =>
      run((context) => (options.all === true ? replayEach(context, sourceTopic(topic), options) : replayOne(context, sourceTopic(topic), placeFrom(options))), self),
    );
  return command;
}

interface Cursor extends Place {
  readonly topic: string;
}

async function listPage({ session, output, interrupted }: Context, topics: readonly string[], { limit, after }: ListOptions): Promise<ExitCode> {
  const from = after === undefined ? null : cursorOf(after, topics);
  const records: DeadRecord[] = [];
  let next: string | null = null;
  for (const topic of topicsFrom(topics, from)) {
    const letters = await DeadLetterLog.open(await session.log(), topic);
    const found = await deadRecords(letters, { limit: limit - records.length, after: from?.topic === topic ? from : null }, interrupted);
    if (interrupted.aborted) return EXIT.interrupted;
    records.push(...found.records);
    if (found.more) {
      const last = records.at(-1) as DeadRecord;
      next = `${last.topic}/${last.partition}/${last.offset}`;
      break;
    }
  }
  output.page(records.flatMap(linesOf), next, COLUMNS, 'No dead letters.');
  return EXIT.ok;
}

async function listAll({ session, output, interrupted }: Context, topics: readonly string[], { after }: ListOptions): Promise<ExitCode> {
  const from = after === undefined ? null : cursorOf(after, topics);
  for (const topic of topicsFrom(topics, from)) {
    const letters = await DeadLetterLog.open(await session.log(), topic);
    let last: Place | null = from?.topic === topic ? from : null;
    for (let more = true; more; ) {
      const found = await deadRecords(letters, { limit: ALL_AT_A_TIME, after: last }, interrupted);
      if (interrupted.aborted) return EXIT.interrupted;
      for (const record of found.records) for (const line of linesOf(record)) output.item(line, Object.values(line).map((value) => printable(String(value ?? '-'))).join('  '));
      [last, more] = [found.records.at(-1) ?? null, found.more];
    }
  }
  return EXIT.ok;
}

const topicsFrom = (topics: readonly string[], from: Cursor | null): readonly string[] => (from === null ? topics : topics.slice(topics.indexOf(from.topic)));

/** @throws {CliError} for what no page was followed by */
function cursorOf(text: string, topics: readonly string[]): Cursor {
  const [, topic = '', partition, offset] = /^([\w.-]+)\/(\d{1,9})\/(\d{1,15})$/.exec(text) ?? [];
  if (!topics.includes(topic)) throw usageError('--after is what the page before ended with.', 'Its form is <topic>/<partition>/<offset>.');
  return { topic, partition: Number(partition), offset: Number(offset) };
}

/** A line for each service that refused it. */
function linesOf({ topic, partition, offset, uuid, refusals, replayedAt }: DeadRecord) {
  return [...refusals.values()].map(({ service, reason, deadAt, copies }) => ({ topic, partition, offset, uuid, service, reason, deadAt, copies, replayedAt }));
}

async function show({ session, output, interrupted }: Context, topic: string, place: Place): Promise<ExitCode> {
  const { record, letter } = await deadRecordAt(await DeadLetterLog.open(await session.log(), topic), place, interrupted);
  const { key, value } = letter.record;
  const shown = { ...record, refusals: [...record.refusals.values()], key: key?.toString('utf8') ?? null, content: await contentOf(letter, await session.codec()), base64: value?.toString('base64') ?? null };
  output.result(shown, JSON.stringify(shown, null, 2));
  return EXIT.ok;
}

async function replayOne({ session, output, interrupted }: Context, topic: string, place: Place): Promise<ExitCode> {
  const log = await session.log();
  const { record, letter } = await deadRecordAt(await DeadLetterLog.open(log, topic), place, interrupted);
  await (await Replayer.open(log, topic)).send([letter]);
  output.result({ topic, replayed: 1, items: linesOf(record) }, `1 replayed to ${topic}.`);
  return EXIT.ok;
}

async function replayEach({ session, output, interrupted: signal }: Context, topic: string, { again = false, yes = false }: ReplayFlags): Promise<ExitCode> {
  const log = await session.log();
  const letters = await DeadLetterLog.open(log, topic);
  if (!yes) throw usageError(`This replays ${await countReplays(letters, { again, signal })} records to ${topic}.`, 'Add --yes to do it.');
  let told = performance.now();
  const replayed = await replayAll(letters, await Replayer.open(log, topic), { again, signal }, (count) => {
    if (performance.now() - told < PROGRESS_EVERY_MS) return;
    told = performance.now();
    output.note(`${count} replayed so far`);
  });
  output.result({ topic, replayed, complete: !signal.aborted }, signal.aborted ? `Stopped: ${replayed} replayed to ${topic}; the same command goes on with the rest.` : `${replayed} replayed to ${topic}.`);
  return signal.aborted ? EXIT.interrupted : EXIT.ok;
}

function placeFrom({ partition, offset }: Partial<Place>): Place {
  if (partition === undefined || offset === undefined) throw usageError('Say which one: --partition and --offset, as `stakewatch dead-letters list` shows them.');
  return { partition, offset };
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
