import { unavailable } from './cli-error';

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

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}
