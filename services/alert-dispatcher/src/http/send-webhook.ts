import * as http from 'node:http';
import * as https from 'node:https';
import type { LookupFunction } from 'node:net';
import { RequestFilteringHttpAgent, RequestFilteringHttpsAgent } from 'request-filtering-agent';
import type { Answer } from '../core/classify';
import { errorCodeOf } from './error-code';

export interface SenderOptions {
  /** From the first byte of the name's lookup to the last of the answer. Document: 15 s. */
  readonly timeoutMs: number;
  /** Sockets of all endpoints together. */
  readonly maxSockets: number;
  /** CIDRs of private addresses that may be sent to all the same; none in production. */
  readonly allowPrivate: readonly string[];
  /** In place of the system's resolver; tests give names that rebind. */
  readonly lookup?: LookupFunction;
}

export interface WebhookSender {
  /** One POST. Never throws and never follows a redirect: what went wrong is in the answer. */
  post(url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer>;
  /** Sockets open, idle ones too. */
  sockets(): number;
  close(): void;
}

/** Bytes of an answer's body that are read; the connection is cut after them. */
export const ANSWER_LIMIT_BYTES = 65_536;
const EXCERPT_CHARACTERS = 1_024;
const HEADER_LIMIT_BYTES = 16_384;
const KEEP_ALIVE_MS = 30_000;
const IDLE_SOCKETS_PER_ENDPOINT = 2;

/**
 * POSTs over node's own http(s) agents, which check the address that a socket is connected to (request-filtering-agent), so that
 * neither decimal or mapped spellings nor names that change their address reach the inside. Keep-alive; TLS always verified.
 */
export function createWebhookSender(options: SenderOptions): WebhookSender {
  const filter = {
    keepAlive: true,
    keepAliveMsecs: KEEP_ALIVE_MS,
    maxTotalSockets: options.maxSockets,
    maxFreeSockets: IDLE_SOCKETS_PER_ENDPOINT,
    allowIPAddressList: options.allowPrivate.map(hostOfSingleAddress),
    ...(options.lookup ? { lookup: options.lookup } : {}),
  };
  const agents = { 'http:': new RequestFilteringHttpAgent(filter), 'https:': new RequestFilteringHttpsAgent(filter) };
  return {
    post: (url, headers, body) => post(agents, options.timeoutMs, url, headers, body),
    sockets: () => Object.values(agents).reduce((sum, agent) => sum + countOf(agent.sockets) + countOf(agent.freeSockets), 0),
    close: () => Object.values(agents).forEach((agent) => agent.destroy()),
  };
}

type Agents = { readonly 'http:': http.Agent; readonly 'https:': https.Agent };

/** The filter compares single addresses as text, which also works for a socket of the other address family. */
const hostOfSingleAddress = (cidr: string): string => cidr.replace(/^([\d.]+)\/32$|^([\da-f:.]+)\/128$/i, '$1$2');
const countOf = (sockets: NodeJS.ReadOnlyDict<unknown[]>): number => Object.values(sockets).reduce((sum, list) => sum + (list?.length ?? 0), 0);

function post(agents: Agents, timeoutMs: number, text: string, headers: Readonly<Record<string, string>>, body: string): Promise<Answer> {
  const url = urlOf(text);
  if (!url) return Promise.resolve({ status: null, retryAfter: null, excerpt: null, error: 'url_not_allowed' });
  const payload = Buffer.from(body);
  const open = () =>
    (url.protocol === 'https:' ? https : http).request(url, {
      method: 'POST',
      agent: agents[url.protocol as keyof Agents],
      maxHeaderSize: HEADER_LIMIT_BYTES,
      headers: { 'content-type': 'application/json', 'content-length': payload.length, 'user-agent': 'Stakewatch-Webhooks/1.0', accept: '*/*', ...headers },
    });
  return new Promise((resolve) => {
    const exchange = new Exchange(open, payload, resolve);
    const timer = setTimeout(() => exchange.timedOut(), timeoutMs);
    exchange.onSettled = () => clearTimeout(timer);
    exchange.start();
  });
}

/** Only http and https, and no credentials in the URL: signatures are how a receiver knows us. */
function urlOf(text: string): URL | null {
  try {
    const url = new URL(text);
    return (url.protocol === 'http:' || url.protocol === 'https:') && url.username === '' && url.password === '' ? url : null;
  } catch {
    return null;
  }
}

/** One request and its answer; settles once, then lets go of the socket. */
class Exchange {
  private request: http.ClientRequest | null = null;
  private response: http.IncomingMessage | null = null;
  private chunks: Buffer[] = [];
  private bytes = 0;
  private settled = false;
  onSettled: () => void = () => undefined;

  constructor(
    private readonly open: () => http.ClientRequest,
    private readonly payload: Buffer,
    private readonly resolve: (answer: Answer) => void,
  ) {}

  start(): void {
    try {
      const request = (this.request = this.open());
      request.on('response', (response) => this.follow(response));
      request.on('error', (error) => (this.wasClosedWhileIdle(request, error) ? this.start() : this.failed(error)));
      request.end(this.payload);
    } catch (error) {
      // The agent refuses literal addresses by throwing where the socket is made.
      this.failed(error);
    }
  }

  /** A kept socket that the receiver closed just before it was used again: the request goes over another, as RFC 9112, 9.3.1 says. */
  private wasClosedWhileIdle(request: http.ClientRequest, error: NodeJS.ErrnoException): boolean {
    return !this.settled && !this.response && request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
  }

  private follow(response: http.IncomingMessage): void {
    this.response = response;
    response.on('data', (chunk: Buffer) => this.take(chunk));
    response.on('end', () => this.settle(null));
    response.on('error', (error) => this.failed(error));
  }

  private take(chunk: Buffer): void {
    this.chunks.push(chunk.subarray(0, ANSWER_LIMIT_BYTES - this.bytes));
    this.bytes += chunk.length;
    // An answer without end is cut; its status has been said.
    if (this.bytes >= ANSWER_LIMIT_BYTES) this.cut(null);
  }

  timedOut(): void {
    // A 2xx whose body drips on is an acknowledgement all the same; anything else came too late.
    this.cut('timeout');
  }

  failed(error: unknown): void {
    this.cut(errorCodeOf(error));
  }

  private cut(error: Answer['error']): void {
    this.settle(error);
    this.request?.destroy();
  }

  private settle(error: Answer['error']): void {
    if (this.settled) return;
    this.settled = true;
    this.onSettled();
    const status = this.response?.statusCode ?? null;
    this.resolve({
      status,
      retryAfter: this.response?.headers['retry-after'] ?? null,
      excerpt: this.bytes === 0 ? null : Buffer.concat(this.chunks).toString('utf8').slice(0, EXCERPT_CHARACTERS),
      error: status === null ? (error ?? 'invalid_answer') : null,
    });
    this.chunks = [];
  }
}
