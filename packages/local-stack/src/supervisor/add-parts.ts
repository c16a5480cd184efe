import type { IncomingMessage, ServerResponse } from 'node:http';
import { json as readJson } from 'node:stream/consumers';

export const ADD_PATH = '/parts';
const MOST_BYTES = 10_000;

/** What the supervisor answers: the steps that it began, or why it began none. */
export type AddAnswer = { readonly added: readonly string[] } | { readonly error: string };

/**
 * POST {"parts": "gateway,redis"}: starts those that are missing, and answers as soon as they have begun; /status says how it goes on. A page in a
 * browser can neither send this type of body to another origin unasked, nor reach this host by a name of its own.
 */
export async function answerAdd(request: IncomingMessage, response: ServerResponse, port: number, add: (parts: string) => Promise<readonly string[]>): Promise<void> {
  const answer = (status: number, body: AddAnswer) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (request.method !== 'POST') return answer(405, { error: 'POST is asked for' });
  if (request.headers['content-type'] !== 'application/json' || request.headers.host !== `127.0.0.1:${port}`) return answer(403, { error: 'this is for the local stack\'s own command line' });
  if (!(Number(request.headers['content-length']) <= MOST_BYTES)) return answer(413, { error: 'the body is too long' });
  try {
    const { parts } = ((await readJson(request)) ?? {}) as { parts?: unknown };
    if (typeof parts !== 'string') throw new Error('"parts" must be a text');
    answer(200, { added: await add(parts) });
  } catch (error) {
    answer(409, { error: (error as Error).message });
  }
}
