import type { EndpointStandings } from '@stakewatch/alert-dispatcher';
import type { WebhookEndpointRecord } from '@stakewatch/contracts';
import { ControlRefused, type EndpointDesk, ReadBackTimeout } from '@stakewatch/control';
import { LogUnavailable } from '@stakewatch/runtime';
import { ApiError, RETRY_AFTER_SECONDS, unavailable } from '../app/api-error';
import type { ApiAnswer, ApiCall, ApiRoute } from '../app/api-route';
import { pageQuery } from './page-query';
import { shownEndpoint } from './shown';

export interface WebhookEndpointRouteDeps {
  readonly desk: EndpointDesk;
  readonly standings: EndpointStandings;
}

const ENDPOINTS = '/api/v1/webhook-endpoints';

/** A company's webhook endpoints, how they stand, and the way back for one that was disabled. They are made by command. */
export function webhookEndpointRoutes(deps: WebhookEndpointRouteDeps): readonly ApiRoute[] {
  return [
    { method: 'GET', path: ENDPOINTS, name: 'webhook-endpoints', work: (call) => page(deps, call) },
    { method: 'GET', path: `${ENDPOINTS}/:id`, name: 'webhook-endpoint', work: (call) => read(deps, call) },
    { method: 'POST', path: `${ENDPOINTS}/:id/enable`, name: 'webhook-endpoint-enable', work: (call) => enable(deps, call) },
  ];
}

async function page(deps: WebhookEndpointRouteDeps, { principal, query }: ApiCall): Promise<ApiAnswer> {
  const { limit, after, status } = pageQuery(query);
  const own = deps.desk.list(principal.scope).filter(({ id }) => id > after);
  const found = await shown(deps, status === undefined ? own.slice(0, limit + 1) : own);
  const fitting = status === undefined ? found : found.filter((endpoint) => endpoint.status === status);
  const items = fitting.slice(0, limit);
  return { status: 200, body: { items, next: fitting.length > limit ? items.at(-1)?.id : null } };
}

async function read(deps: WebhookEndpointRouteDeps, { principal, params }: ApiCall): Promise<ApiAnswer> {
  const endpoint = deps.desk.find(principal.scope, params['id'] ?? '');
  if (!endpoint) throw new ApiError('NOT_FOUND');
  return { status: 200, body: (await shown(deps, [endpoint]))[0] };
}

/** Enabled already: nothing is written, and the answer is the same. Fails after it was written: sent again it finds it enabled. */
async function enable(deps: WebhookEndpointRouteDeps, call: ApiCall): Promise<ApiAnswer> {
  try {
    await deps.desk.enable(call.principal.scope, call.params['id'] ?? '');
  } catch (error) {
    if (error instanceof LogUnavailable) throw new ApiError('NOT_ACCEPTED', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause: error });
    if (error instanceof ReadBackTimeout) throw unavailable(error);
    if (!(error instanceof ControlRefused)) throw error;
    throw new ApiError(error.refusal.code === 'not_found' ? 'NOT_FOUND' : 'ENDPOINT_HELD');
  }
  return read(deps, call);
}

async function shown({ standings }: WebhookEndpointRouteDeps, endpoints: readonly WebhookEndpointRecord[]) {
  const standing = await standings.of(endpoints.map(({ id }) => id)).catch((error: unknown) => Promise.reject(unavailable(error)));
  return endpoints.map((endpoint) => shownEndpoint(endpoint, standing.get(endpoint.id) ?? { streak: null, pending: 0, nextDueMs: null }));
}
