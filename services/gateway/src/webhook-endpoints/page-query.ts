import { ApiError } from '../app/api-error';
import type { ApiCall } from '../app/api-route';
import { ENDPOINT_STATUSES, type EndpointStatus } from './shown';

export const ENDPOINT_PAGE = { least: 1, most: 100, usual: 100 };
const NAMES = ['status', 'limit', 'after'];

/** @throws {ApiError} INVALID_PARAMETER */
export function pageQuery(query: ApiCall['query']): { readonly limit: number; readonly after: string; readonly status: EndpointStatus | undefined } {
  const unknown = Object.keys(query).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw parameter(unknown.slice(0, 100), 'is not a known parameter');
  const { status, after = '' } = query;
  const limit = query['limit'] === undefined ? ENDPOINT_PAGE.usual : Number(query['limit']);
  if (!Number.isInteger(limit) || limit < ENDPOINT_PAGE.least || limit > ENDPOINT_PAGE.most) throw parameter('limit', `must be an integer from ${ENDPOINT_PAGE.least} to ${ENDPOINT_PAGE.most}`);
  if (typeof after !== 'string') throw parameter('after', 'must be the next of the page before');
  if (status !== undefined && !(ENDPOINT_STATUSES as readonly unknown[]).includes(status)) throw parameter('status', `must be one of ${ENDPOINT_STATUSES.join(', ')}`);
  return { limit, after, status: status as EndpointStatus | undefined };
}

const parameter = (path: string, message: string): ApiError => new ApiError('INVALID_PARAMETER', { errors: [{ path, message }] });
