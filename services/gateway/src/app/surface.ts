import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { healthApp, type Metrics } from '@stakewatch/runtime';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import { playground } from '../docs/playground';
import type { Route } from '../events/ingest';
import { ApiError } from './api-error';
import type { Door } from './door';
import { answer, answerError, type Exchange, openExchange } from './exchange';
import type { Principal } from '../auth/authenticator';
import { addApiRoutes, allowedMethods, type ApiRoute, plainRoutes } from './api-route';
import type { InFlightBytes } from './in-flight';

export interface SurfaceDeps {
  readonly ingest: { readonly single: Route; readonly batch: Route };
  readonly door: Door;
  readonly metrics: Metrics;
  readonly openApi: string;
  readonly budget: InFlightBytes;
  /** Of the surfaces beside the events'. */
  readonly routes: readonly ApiRoute[];
  notReady(): string | null;
  lookups(): unknown;
  status(principal: Principal, uuid: string): Promise<unknown>;
}

const SINGLE = '/api/v1/events';
const BATCH = '/api/v1/events/batch';

/** The two ingest routes, and posts to plain paths, go past express; everything else is express's. */
export function createSurface(deps: SurfaceDeps): RequestListener {
  const app = createApp(deps) as unknown as RequestListener;
  const plain = plainRoutes(deps.door, deps.budget, deps.routes);
  return (request: IncomingMessage, response: ServerResponse) => {
    if (request.method === 'POST') {
      if (request.url === SINGLE) return deps.ingest.single(request, response);
      if (request.url === BATCH) return deps.ingest.batch(request, response);
      const listener = plain.get(request.url ?? '');
      if (listener) return listener(request, response);
    }
    app(request as never, response as never);
  };
}

/** What answers until the surface is made: health as it is, and on every other path what tells a caller to come again. */
export function startingSurface(metrics: Metrics, notReady: () => string | null): RequestListener {
  const app = express();
  app.disable('x-powered-by');
  app.use(healthApp(metrics, notReady));
  app.use((request, response) => void answerError(openExchange(request, response), new ApiError('UNAVAILABLE', { headers: { 'Retry-After': '1' } })));
  return app as unknown as RequestListener;
}

function createApp(deps: SurfaceDeps): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  // No header says who asks: only the key does, so X-Forwarded-* are not read.
  app.set('trust proxy', false);
  app.set('query parser', 'simple');
  app.use((_request, response, next) => {
    response.setHeader('Referrer-Policy', 'no-referrer');
    response.setHeader('X-Frame-Options', 'DENY');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    next();
  });
  app.use(healthApp(deps.metrics, deps.notReady));
  addApi(app, deps);
  addApiRoutes(app, deps.door, deps.budget, deps.routes);
  app.get('/openapi.json', (_request, response) => void response.type('application/json').send(deps.openApi));
  app.use('/docs', playground());
  for (const path of ['/healthz', '/readyz', '/metrics', '/openapi.json', '/docs', '/api/v1/lookups', '/api/v1/events/:uuid/status']) only(app, path, 'GET, HEAD');
  for (const path of [SINGLE, BATCH]) only(app, path, 'POST');
  for (const [path, methods] of allowedMethods(deps.routes)) only(app, path, methods);
  app.use((request, response) => void answerError(openExchange(request, response), new ApiError('NOT_FOUND')));
  const onError: ErrorRequestHandler = (error: unknown, request, response, _next) => void answerError(openExchange(request, response), asApiError(error));
  app.use(onError);
  return app;
}

function addApi(app: Express, deps: SurfaceDeps): void {
  app.post(SINGLE, (request, response) => deps.ingest.single(request, response));
  app.post(BATCH, (request, response) => deps.ingest.batch(request, response));
  app.get('/api/v1/lookups', guarded(deps.door, 'lookups', async () => deps.lookups()));
  app.get('/api/v1/events/:uuid/status', guarded(deps.door, 'status', (principal, request) => deps.status(principal, String(request.params['uuid']))));
}

/** A route that reads: authenticated, counted against the limit, observed. */
function guarded(door: Door, route: string, work: (principal: Principal, request: Request) => Promise<unknown>) {
  return async (request: Request, response: Response): Promise<void> => {
    const exchange: Exchange = openExchange(request, response);
    const finish = door.enter(route);
    try {
      const principal = door.admit(exchange);
      await door.limit(exchange, principal);
      answer(exchange, 200, JSON.stringify(await work(principal, request)));
      finish(200);
    } catch (error) {
      finish(answerError(exchange, error).status, error);
    }
  };
}

function only(app: Express, path: string, methods: string): void {
  app.all(path, (request, response) => void answerError(openExchange(request, response), new ApiError('METHOD_NOT_ALLOWED', { headers: { Allow: methods } })));
}

/** Express's own errors carry a status: a path that is not URL-encoded is a bad request, not a fault of ours. */
function asApiError(error: unknown): unknown {
  const status = typeof error === 'object' && error !== null ? (error as { status?: unknown }).status : undefined;
  return status === 404 ? new ApiError('NOT_FOUND') : typeof status === 'number' && status >= 400 && status < 500 ? new ApiError('BAD_REQUEST') : error;
}
