import { CliError } from '../cli-error';
import type { Row } from './rows';
import { type BatchSender, type RowAnswer, sendBatch } from './send-batch';

/** A row that was not accepted. */
export interface FailedRow {
  readonly line: number;
  /** Null when it could not be read. */
  readonly id: string | null;
  readonly error: string;
  /** The row as it was sent, or the line as it stood when it could not be read. */
  readonly row: string;
}

export interface SendProgress {
  readonly read: number;
  readonly accepted: number;
  /** Of those accepted, how many changed nothing, where the gateway tells. */
  readonly unchanged: number;
  readonly failed: number;
  readonly batches: number;
  /** Line to go on from (--from-line): all before it is accepted or reported. */
  readonly nextLine: number;
}

export interface SendOptions {
  readonly sender: BatchSender;
  readonly rows: AsyncIterable<Row>;
  readonly batchSize: number;
  /** Rows that begin before this line are passed over. */
  readonly fromLine: number;
  onFailed(row: FailedRow): void;
  onProgress(progress: SendProgress): void;
}

/** Sending stopped before the end of the file; what was done until then is told. */
export class SendStopped extends Error {
  override readonly name = 'SendStopped';
  constructor(
    readonly progress: SendProgress,
    readonly reason: CliError | null,
  ) {
    super('sending stopped');
  }
}

/**
 * Sends the rows in batches, one after the other, so that a line number says exactly how far it came. Dies at any point: send the file
 * again, from the line told or from the start; repeats are harmless.
 * @throws {SendStopped}
 */
export async function sendRows(options: SendOptions): Promise<SendProgress> {
  let progress: SendProgress = { read: 0, accepted: 0, unchanged: 0, failed: 0, batches: 0, nextLine: options.fromLine };
  let batch: (Row & { ok: true })[] = [];
  const advance = (change: Partial<SendProgress>): void => options.onProgress((progress = { ...progress, ...change }));
  const fail = (row: FailedRow): void => {
    options.onFailed(row);
    advance({ failed: progress.failed + 1 });
  };
  const flush = async (nextLine: number): Promise<void> => {
    if (batch.length === 0) return advance({ nextLine });
    const answers = await answersOf(options.sender, batch, progress);
    answers.forEach(({ outcome, id, error }, index) => {
      const { line, json } = batch[index] as Row & { ok: true };
      if (outcome === 'failed' || outcome === 'pending') fail({ line, id, error, row: json });
    });
    const unchanged = answers.filter(({ outcome }) => outcome === 'unchanged').length;
    const accepted = answers.filter(({ outcome }) => outcome === 'accepted').length + unchanged;
    batch = [];
    advance({ accepted: progress.accepted + accepted, unchanged: progress.unchanged + unchanged, batches: progress.batches + 1, nextLine });
  };
  let last = options.fromLine - 1;
  for await (const row of options.rows) {
    if (row.line < options.fromLine) continue;
    if (batch.length === options.batchSize) await flush(row.line);
    last = row.line;
    progress = { ...progress, read: progress.read + 1 };
    if (row.ok) batch.push(row);
    else fail({ line: row.line, id: null, error: row.fault, row: row.text });
  }
  await flush(last + 1);
  return progress;
}

async function answersOf(sender: BatchSender, batch: readonly (Row & { ok: true })[], progress: SendProgress): Promise<RowAnswer[]> {
  try {
    if (sender.interrupted.aborted) throw new SendStopped(progress, null);
    return await sendBatch(sender, batch.map(({ json }) => json));
  } catch (error) {
    const stoppedAt = { ...progress, nextLine: batch[0]?.line ?? progress.nextLine };
    if (error instanceof CliError) throw new SendStopped(stoppedAt, error);
    if (sender.interrupted.aborted) throw new SendStopped(stoppedAt, null);
    throw error;
  }
}
