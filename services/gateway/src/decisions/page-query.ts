import type { DecisionFilter } from '@stakewatch/clickhouse';
import { ApiError } from '../app/api-error';
import type { ApiCall } from '../app/api-route';
import { LABELS } from './label-body';

export const PAGE = { least: 1, most: 100, usual: 20 };
export const SERVICES = ['transaction-monitor', 'bonus-scorer', 'velocity-detector'] as const;
export const LABEL_FILTERS = [...LABELS, 'none'] as const;
const MAX_OUTCOME = 50;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;
const CURSOR = /^(\d{1,17})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;
const KNOWN = ['service', 'outcome', 'label', 'from', 'to', 'limit', 'after'];

/** @throws {ApiError} INVALID_PARAMETER */
export function readPageQuery(query: ApiCall['query']): DecisionFilter {
  const unknown = Object.keys(query).find((name) => !KNOWN.includes(name));
  if (unknown !== undefined) throw parameter(unknown.slice(0, 100), 'is not a known parameter');
  const limit = query['limit'] === undefined ? PAGE.usual : Number(query['limit']);
  if (!Number.isInteger(limit) || limit < PAGE.least || limit > PAGE.most) throw parameter('limit', `must be an integer from ${PAGE.least} to ${PAGE.most}`);
  return {
    ...text(query, 'service', (value) => (SERVICES as readonly string[]).includes(value), `must be one of ${SERVICES.join(', ')}`),
    ...text(query, 'outcome', (value) => value.length <= MAX_OUTCOME && value !== '', `must be a text of 1 to ${MAX_OUTCOME} characters`),
    ...text(query, 'label', (value) => (LABEL_FILTERS as readonly string[]).includes(value), `must be one of ${LABEL_FILTERS.join(', ')}`),
    ...text(query, 'from', isInstant, 'must be an ISO 8601 time with Z or an offset'),
    ...text(query, 'to', isInstant, 'must be an ISO 8601 time with Z or an offset'),
    limit,
    after: cursorOf(query['after']),
  };
}

export const nextOf = (cursor: { micros: string; id: string } | null): string | null => (cursor === null ? null : `${cursor.micros}_${cursor.id}`);

function cursorOf(sent: unknown): DecisionFilter['after'] {
  if (sent === undefined) return null;
  const [, micros, id] = (typeof sent === 'string' && CURSOR.exec(sent)) || [];
  if (micros === undefined || id === undefined) throw parameter('after', 'must be the next of the page before');
  return { micros, id };
}

function text(query: ApiCall['query'], name: string, fits: (value: string) => boolean, message: string): Record<string, string> {
  const value = query[name];
  if (value === undefined) return {};
  if (typeof value !== 'string' || !fits(value)) throw parameter(name, message);
  return { [name]: value };
}

/** A plus sign that was not percent-encoded arrives as a blank. */
const isInstant = (value: string): boolean => INSTANT.test(value) && !Number.isNaN(Date.parse(value)) && value >= '1970' && value < '2100';

const parameter = (path: string, message: string): ApiError => new ApiError('INVALID_PARAMETER', { errors: [{ path, message }] });
