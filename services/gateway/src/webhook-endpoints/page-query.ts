import { invalidParameter } from '../app/api-error';
import type { ApiCall } from '../app/api-route';
import { choice, limitOf, refuseUnknown } from '../pages/page-query';
import { ENDPOINT_STATUSES, type EndpointStatus } from './shown';

export const ENDPOINT_PAGE = { least: 1, most: 100, usual: 100 };

/** @throws {ApiError} INVALID_PARAMETER */
export function pageQuery(query: ApiCall['query']): { readonly limit: number; readonly after: string; readonly status: EndpointStatus | undefined } {
  refuseUnknown(query, ['status', 'limit', 'after']);
  const { after = '' } = query;
  const limit = limitOf(query, ENDPOINT_PAGE);
  if (typeof after !== 'string') throw invalidParameter('after', 'must be the next of the page before');
  return { limit, after, status: choice(query['status'], 'status', ENDPOINT_STATUSES) };
}
