import { setTimeout as pause } from 'node:timers/promises';
import { CliError } from '../cli-error';
import { EXIT } from '../exit-codes';
import { callGateway, type GatewayAnswer } from '../gateway';

export interface BatchSender {
  readonly url: string;
  readonly apiKey: string;
  /** How long a batch is tried again when it is not accepted. */
  readonly giveUpMs: number;
  readonly interrupted: AbortSignal;
  onRetry(reason: string, waitMs: number): void;
}

export interface EventAnswer {
  readonly uuid: string | null;
  readonly external_event_id: string | null;
  readonly error?: string;
}

const FIRST_WAIT_MS = 250;
const LAST_WAIT_MS = 10_000;

/**
 * Sends one batch and gives the answer of each event, in order. 429, 503, 5xx and no answer at all are tried again after Retry-After
 * (else with growing pauses): sending an event twice is harmless, it has the same uuid. A batch too large (413) is halved.
 * @throws {CliError} refused as a whole, or given up.
 */
export async function sendBatch(sender: BatchSender, events: readonly string[]): Promise<EventAnswer[]> {
  const deadline = Date.now() + sender.giveUpMs;
  for (let attempt = 0; ; attempt += 1) {
    const answer = await post(sender, events);
    if (!(answer instanceof CliError) && answer.status === 200) return eventsOf(answer.body);
    if (!(answer instanceof CliError) && answer.status === 413 && events.length > 1) {
      const half = events.length >> 1;
      return [...(await sendBatch(sender, events.slice(0, half))), ...(await sendBatch(sender, events.slice(half)))];
    }
    const fault = answer instanceof CliError ? answer : refusalOf(answer);
    if (fault.exitCode !== EXIT.unavailable) throw fault;
    const waitMs = answer instanceof CliError ? backoff(attempt) : retryAfterMs(answer.headers.get('retry-after')) ?? backoff(attempt);
    if (Date.now() + waitMs > deadline) throw fault;
    sender.onRetry(fault.message, waitMs);
    await pause(waitMs, undefined, { signal: sender.interrupted });
  }
}

async function post({ url, apiKey }: BatchSender, events: readonly string[]): Promise<GatewayAnswer | CliError> {
  try {
    return await callGateway(`${url}/api/v1/events/batch`, { method: 'POST', headers: { 'content-type': 'application/json', 'x-api-key': apiKey }, body: `{"events":[${events.join(',')}]}` });
  } catch (error) {
    if (error instanceof CliError) return error;
    throw error;
  }
}

function eventsOf(body: unknown): EventAnswer[] {
  return (body as { data: { events: EventAnswer[] } }).data.events;
}

function refusalOf({ status, body }: GatewayAnswer): CliError {
  const { code, message, errors } = (body ?? {}) as { code?: string; message?: string; errors?: { path: string; message: string }[] };
  const again = status === 429 || status >= 500;
  return new CliError((code ?? `http_${status}`).toLowerCase(), `The gateway answered ${status}: ${message ?? 'no message'}`, again ? EXIT.unavailable : EXIT.refused, null, errors ?? []);
}

const backoff = (attempt: number): number => Math.min(LAST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(attempt, 10));

/** Milliseconds of a Retry-After header: seconds, or an HTTP date. */
export function retryAfterMs(header: string | null, now = Date.now()): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}
