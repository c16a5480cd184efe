import type { PageCursor } from '@stakewatch/clickhouse';
import { invalidParameter } from '../app/api-error';
import { hasAtMost } from '../app/characters';
import type { ApiCall } from '../app/api-route';
import type { Json } from '../docs/surface-writer';
import { microsOf } from '../events/timestamp';

/** Pages of what the history has, newest first. */
export const PAGE = { least: 1, most: 100, usual: 20 };
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:Z|[+-]\d\d:\d\d)$/;
const LAST_MICROS = Date.UTC(2100, 0) * 1000;
const CURSOR = /^(\d{1,16})_([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

type Query = ApiCall['query'];

export interface PageSizes {
  readonly least: number;
  readonly most: number;
  readonly usual: number;
}

export interface PageBounds {
  readonly limit: number;
  readonly after: PageCursor | null;
  /** ISO 8601; from is inclusive, to exclusive. */
  readonly from?: string;
  readonly to?: string;
}

/** The parameters that all pages have. `own` names those of this one. @throws {ApiError} INVALID_PARAMETER, also for names that nobody knows */
export function pageBounds(query: Query, own: readonly string[]): PageBounds {
  refuseUnknown(query, [...own, 'from', 'to', 'limit', 'after']);
  const limit = limitOf(query, PAGE);
  return { ...instant(query, 'from'), ...instant(query, 'to'), limit, after: cursorOf(query['after']) };
}

/** @throws {ApiError} INVALID_PARAMETER for names that nobody knows */
export function refuseUnknown(query: Query, known: readonly string[]): void {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined) throw invalidParameter(unknown.slice(0, 100), 'is not a known parameter');
}

/** How many items of a page are asked for. @throws {ApiError} INVALID_PARAMETER */
export function limitOf(query: Query, { least, most, usual }: PageSizes): number {
  const limit = query['limit'] === undefined ? usual : Number(query['limit']);
  if (!Number.isInteger(limit) || limit < least || limit > most) throw invalidParameter('limit', `must be an integer from ${least} to ${most}`);
  return limit;
}

/** One of the words that are allowed, as sent; undefined: absent. @throws {ApiError} INVALID_PARAMETER */
export function choice<T extends string>(sent: unknown, name: string, allowed: readonly T[]): T | undefined {
  if (sent === undefined) return undefined;
  if (typeof sent === 'string' && (allowed as readonly string[]).includes(sent)) return sent as T;
  throw invalidParameter(name, `must be one of ${allowed.join(', ')}`);
}

/** One of the words, or absent. @throws {ApiError} INVALID_PARAMETER */
export const oneOf = <Name extends string>(query: Query, name: Name, words: readonly string[]) => given(query, name, (value) => words.includes(value), `must be one of ${words.join(', ')}`);

/** A text within bounds, or absent. @throws {ApiError} INVALID_PARAMETER */
export const shortText = <Name extends string>(query: Query, name: Name, most: number) => given(query, name, (value) => value !== '' && hasAtMost(value, most), `must be a text of 1 to ${most} characters`);

export const nextOf = (cursor: PageCursor | null): string | null => (cursor === null ? null : `${cursor.micros}_${cursor.id}`);

/** How the API description writes the parameters that all pages have. @param time what from and to are about */
export function boundParameters(time: string): readonly Json[] {
  return [
    queryParameter('from', { type: 'string', format: 'date-time' }, `${time} at this time or later.`),
    queryParameter('to', { type: 'string', format: 'date-time' }, `${time} before this time.`),
    queryParameter('limit', { type: 'integer', minimum: PAGE.least, maximum: PAGE.most, default: PAGE.usual }),
    queryParameter('after', { type: 'string' }, 'next of the page before.'),
  ];
}

export const queryParameter = (name: string, schema: Json, description?: string): Json => ({ name, in: 'query', required: false, schema, ...(description === undefined ? {} : { description }) });

function cursorOf(sent: unknown): PageCursor | null {
  if (sent === undefined) return null;
  const [, micros, id] = (typeof sent === 'string' && CURSOR.exec(sent)) || [];
  if (micros === undefined || id === undefined) throw invalidParameter('after', 'must be the next of the page before');
  return { micros, id };
}

const instant = <Name extends string>(query: Query, name: Name) => given(query, name, isInstant, 'must be an ISO 8601 time with Z or an offset, such as 2026-01-31T12:00:00Z; the + of an offset is %2B in a URL');

/** Of a day that exists: the history refuses any other. A plus sign that was not percent-encoded arrives as a blank. */
const isInstant = (value: string): boolean => INSTANT.test(value) && microsOf(value) < LAST_MICROS;

function given<Name extends string>(query: Query, name: Name, fits: (value: string) => boolean, message: string): { readonly [Key in Name]?: string } {
  const value = query[name];
  if (value === undefined) return {};
  if (typeof value !== 'string' || !fits(value)) throw invalidParameter(name, message);
  return { [name]: value } as { readonly [Key in Name]: string };
}
