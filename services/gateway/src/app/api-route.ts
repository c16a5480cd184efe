import type { IncomingHttpHeaders, IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Language } from '@stakewatch/contracts';
import type { Express } from 'express';
import type { Principal } from '../auth/authenticator';
import { JSON_TYPE, type MediaType, readBody } from './body';
import type { Door } from './door';
import { answer, answerError, openExchange } from './exchange';
import type { InFlightBytes } from './in-flight';
import { parseJson, parsePassedOn } from './json';

/** A route of a surface beside the ingest routes. Errors are thrown as ApiError. */
export interface ApiRoute {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Express path, parameters as `:name`. */
  readonly path: string;
  /** Label in metrics. */
  readonly name: string;
  /** Largest body, also after inflation; absent: the route reads no body. */
  readonly bodyLimit?: number;
  /** How the body is read; JSON when absent. */
  readonly reader?: BodyReader;
  work(call: ApiCall): Promise<ApiAnswer>;
}

/** @throws {ApiError} from `parse`, for bytes that it cannot read. */
export interface BodyReader {
  /** The content type that is taken. */
  readonly type: MediaType;
  parse(bytes: Buffer): unknown;
}

const JSON_READER: BodyReader = { type: JSON_TYPE, parse: parseJson };
/** For routes that take more than they name: what they take is answered, kept and queried as JSON. */
export const PASSED_ON_READER: BodyReader = { type: JSON_TYPE, parse: (bytes) => parsePassedOn(bytes) };

export interface ApiCall {
  readonly principal: Principal;
  readonly language: Language;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<IncomingHttpHeaders>;
  /** As the route's reader gives it; undefined where the route reads none. */
  readonly body: unknown;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Authenticated, counted against the limit, body read within the budget, observed. */
export function addApiRoutes(app: Express, door: Door, budget: InFlightBytes, routes: readonly ApiRoute[]): void {
  for (const route of routes) {
    app[route.method.toLowerCase() as 'get'](route.path, (request, response) => handle(door, budget, route, request, response, { params: request.params as ApiCall['params'], query: request.query }));
  }
}

/**
 * What is posted to a path without parameters, by the path as it is usually written, with and without a last slash: handled without
 * express (docs/decisions/0117-decisions-go-past-express.md). Any other spelling is express's.
 */
export function plainRoutes(door: Door, budget: InFlightBytes, routes: readonly ApiRoute[]): ReadonlyMap<string, RequestListener> {
  const plain = new Map<string, RequestListener>();
  for (const route of routes) {
    if (route.method !== 'POST' || route.path.includes(':')) continue;
    const listener: RequestListener = (request, response) => void handle(door, budget, route, request, response, NOTHING_ASKED);
    for (const path of [route.path, `${route.path}/`]) plain.set(path, listener);
  }
  return plain;
}

const NOTHING_ASKED: Asked = { params: {}, query: {} };

/** Methods by path, for the Allow header. */
export function allowedMethods(routes: readonly ApiRoute[]): ReadonlyMap<string, string> {
  const methods = new Map<string, string[]>();
  for (const { path, method } of routes) methods.set(path, [...(methods.get(path) ?? []), ...(method === 'GET' ? ['GET', 'HEAD'] : [method])]);
  return new Map([...methods].map(([path, of]) => [path, of.join(', ')]));
}

type Asked = Pick<ApiCall, 'params' | 'query'>;

async function handle(door: Door, budget: InFlightBytes, route: ApiRoute, request: IncomingMessage, response: ServerResponse, asked: Asked): Promise<void> {
  const exchange = openExchange(request, response);
  const finish = door.enter(route.name);
  try {
    const principal = door.admit(exchange);
    await door.limit(exchange, principal);
    const { status, body, headers = {} } = await route.work({
      principal,
      language: exchange.language,
      ...asked,
      headers: request.headers,
      body: route.bodyLimit === undefined ? undefined : await bodyOf(request, response, route.bodyLimit, route.reader ?? JSON_READER, budget),
    });
    for (const [name, value] of Object.entries(headers)) exchange.headers.push(name, value);
    answer(exchange, status, JSON.stringify(body));
    finish(status);
  } catch (error) {
    finish(answerError(exchange, error).status, error);
  }
}

async function bodyOf(request: IncomingMessage, response: ServerResponse, limit: number, { type, parse }: BodyReader, budget: InFlightBytes): Promise<unknown> {
  const held = await readBody(request, response, limit, budget, type);
  try {
    return parse(held.bytes);
  } finally {
    held.release();
  }
}
