import { statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { Command, InvalidArgumentError, Option } from 'commander';
import { usageError } from '../cli-error';
import { type Context, duration, examples, positiveInteger, type Run } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';
import { FailuresFile } from '../send/failures-file';
import { type Format, openFile, openSource, type Source } from '../send/rows';
import { sendRows, type SendProgress, SendStopped } from '../send/send-file';

interface SendFlags {
  readonly company?: string;
  readonly format?: Format;
  readonly batch: number;
  readonly fromLine: number;
  readonly report?: string;
  readonly giveUpAfter: number;
}

export function sendCommand(run: Run): Command {
  return new Command('send')
    .argument('<file>', 'CSV or NDJSON, plain or gzip; - reads standard input')
    .option('-c, --company <id>', "use the local stack's key of this company scope; else STAKEWATCH_API_KEY")
    .addOption(new Option('--format <format>', 'csv or ndjson; told by the content when absent').choices(['csv', 'ndjson']))
    .option('--batch <n>', 'events in a request, at most 1000', batchSize, 1000)
    .option('--from-line <n>', 'go on from this line of the file', positiveInteger, 1)
    .option('--report <file>', 'where failed rows are written, as NDJSON (default: <file>.failed.ndjson)')
    .addOption(new Option('--give-up-after <time>', 'how long a batch that is not accepted is tried again').argParser(duration).default(300_000, '5m'))
    .description('send a file of events to the gateway in batches; repeats are harmless')
    .addHelpText(
      'after',
      `
Rows are events in the flat form (external_event_id, player_id, event_type, amount, currency, event_timestamp, player_phone, …) or the grouped
one: nested objects in NDJSON, dotted columns in CSV (player.id, event.amount, …).
429 and 503 are waited out as Retry-After says. When sending stops, the line to go on from is told; failed rows are in the report.
${examples('send events.ndjson.gz -c acme', 'send january.csv --from-line 52001', 'send - --json < events.ndjson')}`,
    )
    .action((file: string, flags: SendFlags, self: Command) => run((context) => send(context, file, flags), self));
}

async function send(context: Context, file: string, flags: SendFlags): Promise<ExitCode> {
  const { session, output, interrupted } = context;
  const [url, apiKey] = [session.settings.need('gateway'), session.apiKey(flags.company)];
  const { source, size } = await open(context, file, flags.format);
  const report = new FailuresFile(flags.report ?? (file === '-' ? 'stdin.failed.ndjson' : `${file}.failed.ndjson`), flags.fromLine > 1);
  const bar = progressBar(context, size);
  const started = performance.now();
  let retries = 0;
  let reached: SendProgress | null = null;
  const sender = {
    url,
    apiKey,
    giveUpMs: flags.giveUpAfter,
    interrupted,
    onRetry: (reason: string, waitMs: number) => {
      retries += 1;
      if (bar === null) output.note(`${reason}; again in ${waitMs / 1000} s`);
    },
  };
  const finish = (progress: SendProgress, complete: boolean) => {
    bar?.stop();
    report.close();
    const seconds = Math.round((performance.now() - started) / 100) / 10;
    const summary = { file, complete, ...progress, retries, seconds, report: report.written ? report.path : null };
    const rate = seconds > 0 ? `, ${Math.round(progress.accepted / seconds)} a second` : '';
    const failures = progress.failed === 0 ? '' : `; ${progress.failed} failed, see ${report.path}`;
    output.result(summary, `${progress.accepted} of ${progress.read} events accepted in ${seconds} s${rate}${failures}.`);
    if (!complete) output.note(`Stopped. Go on with: stakewatch send ${file} --from-line ${progress.nextLine}`);
  };
  try {
    const progress = await sendRows({
      sender,
      rows: source.rows,
      batchSize: flags.batch,
      fromLine: flags.fromLine,
      onFailed: (row) => report.add(row),
      onProgress: (progress) => {
        reached = progress;
        bar?.update(Math.min(source.bytesRead(), size ?? 0), { accepted: progress.accepted, failed: progress.failed });
      },
    });
    finish(progress, true);
    return progress.failed === 0 ? EXIT.ok : EXIT.partial;
  } catch (error) {
    const stopped = error instanceof SendStopped ? error : null;
    const progress = stopped?.progress ?? (reached as SendProgress | null);
    if (progress !== null) finish(progress, false);
    if (stopped === null) throw asReadError(error, file);
    if (stopped.reason !== null) throw stopped.reason;
    return EXIT.interrupted;
  }
}

async function open({ stdin }: Context, file: string, format: Format | undefined): Promise<{ source: Source; size: number | null }> {
  try {
    const size = file === '-' ? null : statSync(file).size;
    const input = file === '-' ? Readable.from(stdin as AsyncIterable<Buffer>) : openFile(file);
    return { source: await openSource(input, format), size };
  } catch (error) {
    throw asReadError(error, file);
  }
}

/** What can be wrong with a file: not there, not allowed, broken gzip, broken quotes. Anything else is passed on. */
function asReadError(error: unknown, file: string): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  return typeof code === 'string' && /^(E[A-Z]+|Z_|CSV_)/.test(code) ? usageError(`${file} can't be read: ${message}`) : error;
}

/** Only where a person looks on; counts bytes of the file, since its rows are not known beforehand. */
function progressBar({ streams, output }: Context, size: number | null): SingleBar | null {
  if (size === null || output.json || streams.stderr.isTTY !== true) return null;
  const bar = new SingleBar({ stream: streams.stderr, format: '{bar} {percentage}% | {accepted} accepted, {failed} failed | {eta_formatted} left', hideCursor: true, clearOnComplete: false });
  bar.start(size, 0, { accepted: 0, failed: 0 });
  return bar;
}

function batchSize(text: string): number {
  const size = positiveInteger(text);
  if (size > 1000) throw new InvalidArgumentError('A batch has at most 1000 events.');
  return size;
}
