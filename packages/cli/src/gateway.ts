import { CliError, unavailable } from './cli-error';
import { EXIT } from './exit-codes';

const TIMEOUT_MS = 30_000;

export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Null when it is not JSON. */
  readonly body: unknown;
}

/** One call of the gateway. @throws {CliError} unavailable when there is no answer. */
export async function callGateway(url: string, init: RequestInit): Promise<GatewayAnswer> {
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    return { status: response.status, headers: response.headers, body: parse(await response.text()) };
  } catch (error) {
    const { message, cause } = error as Error & { cause?: { code?: string } };
    throw unavailable('The gateway', new URL(url).origin, cause?.code ?? message);
  }
}

/** The gateway's own error as the command's. */
export function refusedBy(status: number, body: unknown): CliError {
  const { code, message, errors } = (body ?? {}) as { code?: string; message?: string; errors?: { path: string; message: string }[] };
  const exit = status === 429 || status >= 500 ? EXIT.unavailable : EXIT.refused;
  return new CliError((code ?? `http_${status}`).toLowerCase(), `The gateway answered ${status}: ${message ?? 'no message'}`, exit, HINTS[status] ?? null, errors ?? []);
}

/** What to do about answers that say no more than their status. */
const HINTS: Readonly<Record<number, string>> = {
  401: '`stakewatch keys list` shows the keys in force, `stakewatch keys create` makes one.',
  404: "What another company has, or this one's sandbox, is not found either: --company or STAKEWATCH_API_KEY says whose is asked for.",
};

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
