import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-codes';
import { callGateway, type GatewayAnswer, refusedBy } from '../gateway';

/** What the rows of a file are: where batches of them go, and how the answers are read. */
export interface BatchKind {
  /** After the gateway's address. */
  readonly path: string;
  /** The list's name in a request's body. */
  readonly list: string;
  /** One for each row of the request, in order. */
  answersOf(body: unknown): RowAnswer[];
}

export interface BatchSender {
  readonly kind: BatchKind;
  readonly url: string;
  readonly apiKey: string;
  /** How long a batch is tried again when it is not accepted. */
  readonly giveUpMs: number;
  readonly interrupted: AbortSignal;
  onRetry(reason: string, waitMs: number): void;
}

/** What became of one row. */
export interface RowAnswer {
  /** pending: the gateway cannot tell yet; it is asked again. */
  readonly outcome: 'accepted' | 'unchanged' | 'failed' | 'pending';
  /** Null when it could not be read. */
  readonly id: string | null;
  readonly error: string;
}

const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 10_000;
const PENDING_WAIT_MS = 2_000;

/**
 * Sends one batch and gives the answer of each row, in order. 429, 503, 5xx and no answer at all are tried again after Retry-After
 * (else with growing pauses): sending a row twice is harmless. A batch too large (413) is halved. Rows that are pending are sent again until the time is up.
 * @throws {CliError} refused as a whole, or given up.
 */
export async function sendBatch(sender: BatchSender, rows: readonly string[]): Promise<RowAnswer[]> {
  const deadline = Date.now() + sender.giveUpMs;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await post(sender, rows);
    if (!(answer instanceof CliError) && answer.status === 200) return settled(sender, rows, sender.kind.answersOf(answer.body), deadline);
    if (!(answer instanceof CliError) && answer.status === 413 && rows.length > 1) {
      const half = rows.length >> 1;
      return [...(await sendBatch(sender, rows.slice(0, half))), ...(await sendBatch(sender, rows.slice(half)))];
    }
    const fault = answer instanceof CliError ? answer : refusedBy(answer.status, answer.body);
    if (fault.exitCode !== EXIT.unavailable) throw fault;
    const waitMs = answer instanceof CliError ? backoff(attempt) : retryAfterMs(answer.headers.get('retry-after')) ?? backoff(attempt);
    if (Date.now() + waitMs > deadline) throw fault;
    sender.onRetry(fault.message, waitMs);
    await pause(waitMs, undefined, { signal: sender.interrupted });
  }
}

/** The answers without pending ones, as far as time allows. */
async function settled(sender: BatchSender, rows: readonly string[], answers: RowAnswer[], deadline: number): Promise<RowAnswer[]> {
  const pending = answers.flatMap(({ outcome }, index) => (outcome === 'pending' ? [index] : []));
  const giveUpMs = deadline - Date.now() - PENDING_WAIT_MS;
  if (pending.length === 0 || giveUpMs < 0) return answers;
  sender.onRetry(`${pending.length} are not known yet`, PENDING_WAIT_MS);
  await pause(PENDING_WAIT_MS, undefined, { signal: sender.interrupted });
  const later = await sendBatch({ ...sender, giveUpMs }, pending.map((index) => rows[index] as string));
  const settledBy = new Map(pending.map((index, at) => [index, later[at] as RowAnswer]));
  return answers.map((answer, index) => settledBy.get(index) ?? answer);
}

async function post({ kind, url, apiKey }: BatchSender, rows: readonly string[]): Promise<GatewayAnswer | CliError> {
  try {
    return await callGateway(`${url}${kind.path}`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': apiKey }, body: `{"${kind.list}":[${rows.join(',')}]}` });
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

const backoff = (attempt: number): number => Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));

/** Milliseconds of a Retry-After header: seconds, or an HTTP date. */
export function retryAfterMs(header: string | null, now = Date.now()): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
