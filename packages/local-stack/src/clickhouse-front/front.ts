import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join, resolve } from 'node:path';
import { describe, sendError, sendFile, sendText } from './answer';
import { Body } from './body';
import { authenticate, type User } from './credentials';
import { Engine, type EngineRequest, type EngineResult } from './engine';
import { engineError, HttpError } from './errors';
import { FrontMetrics } from './front-metrics';
import { Gate } from './gate';
import { type QueryParams, readQueryParams } from './query-params';
import { checkReadOnly, type InsertStatement, parseStatement, startsWithInsert, type Statement } from './statement';

export interface FrontOptions {
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly dataFolder: string;
  readonly users: readonly User[];
  readonly maxBodyBytes: number;
  readonly maxResultBytes: number;
  /** Bytes that one query may use in memory unless it sets max_memory_usage itself. */
  readonly maxQueryMemoryBytes: number;
  readonly concurrency: number;
  readonly maxWaiting: number;
}

export interface Front {
  readonly port: number;
  /** Takes no new request, finishes those at hand, closes the engine. */
  close(): Promise<void>;
}

const HEAD_BYTES = 65_536;
const MAX_QUERY_BYTES = 16_777_216;

/**
 * ClickHouse's HTTP interface over its engine in this process. Data go through files beside the data directory: an INSERT's
 * body is spooled and read by the engine (FROM INFILE), a result is written by the engine (INTO OUTFILE) and sent from there.
 * So memory is bounded whatever the size, an error is always known before the first byte is sent, and a client that goes away
 * in the middle of its INSERT inserts nothing.
 */
export async function startFront(options: FrontOptions): Promise<Front> {
  const folder = resolve(options.dataFolder);
  const spool = join(folder, 'front-spool');
  await mkdir(folder, { recursive: true });
  // What a killed process left behind stands for nothing.
  await rm(spool, { recursive: true, force: true });
  await mkdir(spool, { recursive: true });
  const server = createServer({ requestTimeout: 0, keepAliveTimeout: 30_000 });
  // The port is taken before the data directory is opened: a second front on the same settings stops here.
  const port = await listen(server, options.host, options.port);
  const front = new RequestHandler(options, new Engine(folder), spool);
  server.on('request', (request, response) => void front.handle(request, response));
  return { port, close: () => front.close(server) };
}

class RequestHandler {
  private readonly gate: Gate;
  private readonly metrics: FrontMetrics;
  private inFlight = 0;
  private idle: (() => void) | null = null;

  constructor(
    private readonly options: FrontOptions,
    private readonly engine: Engine,
    private readonly spool: string,
  ) {
    this.gate = new Gate(options.concurrency, options.maxWaiting);
    this.metrics = new FrontMetrics(this.gate);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.inFlight += 1;
    try {
      await this.route(request, response);
    } catch (error) {
      sendError(response, error instanceof HttpError ? error : engineError(error));
    } finally {
      this.inFlight -= 1;
      if (this.inFlight === 0) this.idle?.();
    }
  }

  async close(server: Server): Promise<void> {
    const closed = new Promise<void>((done) => server.close(() => done()));
    server.closeIdleConnections();
    if (this.inFlight > 0) await new Promise<void>((done) => (this.idle = done));
    server.closeAllConnections();
    await closed;
    this.engine.close();
  }

  private async route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://front');
    if (url.pathname === '/ping' || url.pathname === '/replicas_status') return sendText(response, 200, 'Ok.\n');
    if (url.pathname === '/metrics') return sendText(response, 200, await this.metrics.text(), this.metrics.contentType);
    if (url.pathname !== '/') throw new HttpError(404, 0, 'NOT_FOUND', `There is no handle ${url.pathname.slice(0, 64)}.`);
    if (request.method !== 'GET' && request.method !== 'POST') throw new HttpError(405, 1, 'UNSUPPORTED_METHOD', 'Use GET or POST.');
    if (request.method === 'GET' && !url.searchParams.has('query')) return sendText(response, 200, 'Ok.\n');
    const user = authenticate(this.options.users, request.headers, url.searchParams);
    const done = this.metrics.start();
    try {
      const kind = await this.query(request, response, user, readQueryParams(url.searchParams, request.headers));
      done(kind, 200);
    } catch (error) {
      done('failed', error instanceof HttpError ? error.status : 500);
      throw error;
    }
  }

  private async query(request: IncomingMessage, response: ServerResponse, user: User, params: QueryParams): Promise<string> {
    const body = new Body(request, this.options.maxBodyBytes);
    const { statement, text, first } = await readStatement(params.query, body);
    if (user.readOnly) checkReadOnly(text);
    if (request.method === 'GET' && statement.kind !== 'read') throw new HttpError(403, 164, 'READONLY', 'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly. Use POST for modifying queries.');
    const queryId = params.queryId ?? randomUUID();
    if (statement.kind === 'insert') return this.insert(response, user, params, queryId, statement, body, first);
    if (statement.kind === 'read') return this.read(request, response, user, params, queryId, statement);
    const result = await this.run(statement.sql, user, params);
    describe(response, queryId, params.defaultFormat, result, false);
    sendText(response, 200, Buffer.from(result.output).toString('utf8'));
    return 'command';
  }

  private async insert(response: ServerResponse, user: User, params: QueryParams, queryId: string, statement: InsertStatement, body: Body, first: Buffer): Promise<string> {
    const file = this.spoolFile();
    try {
      await body.spool(first, file);
      const result = await this.run(statement.fromFile(file), user, params);
      this.metrics.received(body.read);
      describe(response, queryId, params.defaultFormat, result, true);
      sendText(response, 200, '');
    } finally {
      await rm(file, { force: true });
    }
    return 'insert';
  }

  private async read(request: IncomingMessage, response: ServerResponse, user: User, params: QueryParams, queryId: string, statement: Extract<Statement, { kind: 'read' }>): Promise<string> {
    const file = this.spoolFile();
    try {
      const result = await this.run(statement.intoFile(file, params.defaultFormat), user, params);
      describe(response, queryId, statement.format ?? params.defaultFormat, result, false);
      this.metrics.sent(await sendFile(request, response, file, params.compressResponse));
    } finally {
      await rm(file, { force: true });
    }
    return 'read';
  }

  private run(sql: string, user: User, params: QueryParams): Promise<EngineResult> {
    const settings = new Map([
      ['max_memory_usage', String(this.options.maxQueryMemoryBytes)],
      ['max_result_bytes', String(this.options.maxResultBytes)],
      ...params.settings,
    ]);
    const request: EngineRequest = { sql, database: params.database, settings, params: params.params, readOnly: user.readOnly };
    return this.gate.run(() => this.engine.run(request));
  }

  private spoolFile(): string {
    return join(this.spool, randomBytes(12).toString('hex'));
  }
}

/**
 * The statement comes in ?query=, in the body, or is begun in the first and goes on in the second. Of an INSERT only the head is
 * read as text; what follows stays bytes.
 */
async function readStatement(query: string, body: Body): Promise<{ statement: Statement; text: string; first: Buffer }> {
  if (query.trim() !== '' && startsWithInsert(query)) {
    const statement = parseStatement(query);
    const first = statement.kind === 'insert' ? Buffer.from(query.slice(statement.dataStart)) : Buffer.alloc(0);
    return { statement, text: query, first };
  }
  const head = await body.head(HEAD_BYTES);
  if (query.trim() === '' && startsWithInsert(head.toString('latin1', 0, HEAD_BYTES))) return insertInBody(head, body);
  const parts = [head];
  for (let part = await body.next(); part !== null; part = await body.next()) {
    parts.push(part);
    if (body.read > MAX_QUERY_BYTES) throw new HttpError(413, 307, 'TOO_MANY_BYTES', `The query is longer than ${MAX_QUERY_BYTES} bytes.`);
  }
  const text = [query, Buffer.concat(parts).toString('utf8')].filter((part) => part !== '').join('\n');
  return { statement: parseStatement(text), text, first: Buffer.alloc(0) };
}

/** One character a byte (latin1), so that places in the text are places in the bytes; turned back to UTF-8 for the engine. */
async function insertInBody(head: Buffer, body: Body): Promise<{ statement: Statement; text: string; first: Buffer }> {
  const bytes = head.toString('latin1');
  const parsed = parseStatement(bytes);
  if (parsed.kind !== 'insert') {
    const rest = await body.head(MAX_QUERY_BYTES);
    if (rest.length >= MAX_QUERY_BYTES) throw new HttpError(413, 307, 'TOO_MANY_BYTES', `The query is longer than ${MAX_QUERY_BYTES} bytes.`);
    const text = Buffer.concat([head, rest]).toString('utf8');
    return { statement: parseStatement(text), text, first: Buffer.alloc(0) };
  }
  const statement: InsertStatement = { ...parsed, fromFile: (file) => Buffer.from(parsed.fromFile(Buffer.from(file).toString('latin1')), 'latin1').toString('utf8') };
  return { statement, text: bytes.slice(0, parsed.dataStart), first: head.subarray(parsed.dataStart) };
}

function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen(port, host, () => {
      server.off('error', fail);
      done((server.address() as { port: number }).port);
    });
  });
}
