import { statSync } from 'node:fs';
import { Readable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { CsvError } from 'csv-parse';
import { CliError, usageError } from '../cli-error';
import { type Context, duration, positiveInteger } from '../command-kit';
import { EXIT, type ExitCode } from '../exit-codes';
import { NdjsonFile } from '../ndjson-file';
import { printable } from '../output';
import { type CsvForm, type Format, OtherForm, openFile, openSource, type Row, type Source } from './rows';
import type { BatchKind } from './send-batch';
import { type FailedRow, sendRows, type SendProgress, SendStopped } from './send-file';

export interface FileFlags {
  readonly company?: string;
  readonly format?: Format;
  readonly batch: number;
  readonly fromLine: number;
  readonly report?: string;
  readonly giveUpAfter: number;
}

/** A file of one kind of rows, and how the command that sends it talks of them. */
export interface FileImport {
  readonly kind: BatchKind;
  /** As typed after `stakewatch`. */
  readonly command: string;
  readonly csv: CsvForm;
  /** What is sent of the rows as they were read. */
  rows(rows: AsyncIterable<Row>): AsyncIterable<Row>;
  /** A failed row as the report has it. */
  reported(row: FailedRow): object;
  /** The counts that the summary has beside what was read and what failed. */
  counts(progress: SendProgress): Readonly<Record<string, number>>;
  sentence(progress: SendProgress, seconds: number): string;
}

/** Failed rows that are told at once; all are in the report. */
const TOLD_FAILURES = 10;

export function withFileOptions(command: Command, rows: string): Command {
  return command
    .argument('<file>', 'CSV or NDJSON, plain or gzip; - reads standard input')
    .option('-c, --company <id>', "use the local stack's key of this company scope; else STAKEWATCH_API_KEY")
    .addOption(new Option('--format <format>', 'csv or ndjson; told by the content when absent').choices(['csv', 'ndjson']))
    .option('--batch <n>', `${rows} in a request, at most 1000`, batchSize, 1000)
    .option('--from-line <n>', 'go on from this line of the file', positiveInteger, 1)
    .option('--report <file>', 'where failed rows are written, as NDJSON (default: <file>.failed.ndjson)')
    .addOption(new Option('--give-up-after <time>', 'how long a batch that is not accepted is tried again').argParser(duration).default(300_000, '5m'));
}

/** Sends a file batch by batch, with a progress bar, a report of failed rows and a summary, also when it stops before the end. */
export async function importFile(context: Context, file: string, flags: FileFlags, what: FileImport): Promise<ExitCode> {
  const { session, output, interrupted } = context;
  const [url, apiKey] = [session.settings.need('gateway'), session.apiKey(flags.company)];
  const { source, size } = await open(context, file, flags.format, what.csv);
  const report = new NdjsonFile(flags.report ?? (file === '-' ? 'stdin.failed.ndjson' : `${file}.failed.ndjson`), flags.fromLine > 1);
  const bar = progressBar(context, size);
  const started = performance.now();
  const told: { line: number; error: string }[] = [];
  let retries = 0;
  let reached: SendProgress | null = null;
  const sender = {
    kind: what.kind,
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
    const { read, failed, batches, nextLine } = progress;
    const summary = { file, complete, read, ...what.counts(progress), failed, batches, nextLine, errors: told, retries, seconds, report: report.written ? report.path : null };
    for (const { line, error } of told) output.note(printable(`line ${line}: ${error}`));
    if (failed > told.length) output.note(`… and ${failed - told.length} more`);
    output.result(summary, `${what.sentence(progress, seconds)}${failed === 0 ? '' : `; ${failed} failed, see ${report.path}`}.`);
    if (!complete) output.note(`Stopped. Go on with: stakewatch ${what.command} ${file} --from-line ${nextLine}`);
  };
  try {
    const progress = await sendRows({
      sender,
      rows: what.rows(source.rows),
      batchSize: flags.batch,
      fromLine: flags.fromLine,
      onFailed: (row) => {
        report.add(what.reported(row));
        if (told.length < TOLD_FAILURES) told.push({ line: row.line, error: row.error });
      },
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

async function open({ stdin }: Context, file: string, format: Format | undefined, csv: CsvForm): Promise<{ source: Source; size: number | null }> {
  try {
    const size = file === '-' ? null : statSync(file).size;
    const input = file === '-' ? Readable.from(stdin as AsyncIterable<Buffer>) : openFile(file);
    return { source: await openSource(input, csv, format), size };
  } catch (error) {
    throw asReadError(error, file);
  }
}

/** What can be wrong with a file: not there, not allowed, broken gzip, broken quotes. Anything else is passed on. */
function asReadError(error: unknown, file: string): unknown {
  if (error instanceof OtherForm) return new CliError('invalid', `${file} ${error.message}.`, EXIT.refused);
  const { code, message } = error as NodeJS.ErrnoException;
  return error instanceof CsvError || (typeof code === 'string' && /^(E[A-Z]+|Z_)/.test(code)) ? usageError(`${file} can't be read: ${message}`) : error;
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
  if (size > 1000) throw new InvalidArgumentError('A batch has at most 1000.');
  return size;
}
