import { isUtf8 } from 'node:buffer';
import { LIST_KINDS, LIST_NAMES, type ListEntryRecord, type ListKind, type ListName } from '@stakewatch/contracts';
import { ControlRefused, type ListBook, type ListEntryName } from '@stakewatch/control';
import { InvalidCsv, readListCsv } from '@stakewatch/lists';
import { LogUnavailable } from '@stakewatch/runtime';
import { ApiError, invalidParameter, RETRY_AFTER_SECONDS } from '../app/api-error';
import { type ApiAnswer, type ApiCall, type ApiRoute, PASSED_ON_READER } from '../app/api-route';
import { choice, limitOf, refuseUnknown } from '../pages/page-query';

const ENTRY_BODY_BYTES = 16_384;
const IMPORT_BODY_BYTES = 5_242_880;
const CSV_TYPE = { name: 'text/csv', pattern: /^(?:text\/csv|application\/csv)(?:\s*;\s*charset\s*=\s*"?utf-8"?)?(?:\s*;\s*header\s*=\s*present)?\s*$/i };
const PARAMETERS = ['list', 'kind', 'limit', 'after'];
const PAGE = { least: 1, most: 1000, usual: 100 };
const LIST = '/api/v1/lists';
const ENTRY = `${LIST}/:list/:kind/:value`;

/** A company's black- and whitelists. A value in the path is percent-encoded; every spelling of it names the same entry. */
export function listRoutes(book: ListBook): readonly ApiRoute[] {
  return [
    { method: 'GET', path: LIST, name: 'lists', work: (call) => page(book, call) },
    { method: 'POST', path: `${LIST}/import`, name: 'list-import', bodyLimit: IMPORT_BODY_BYTES, reader: { type: CSV_TYPE, parse: readCsv }, work: (call) => importRows(book, call) },
    { method: 'GET', path: ENTRY, name: 'list-entry', work: (call) => guarded(() => read(book, nameOf(call))) },
    { method: 'PUT', path: ENTRY, name: 'list-entry-put', bodyLimit: ENTRY_BODY_BYTES, reader: PASSED_ON_READER, work: (call) => guarded(() => put(book, call)) },
    { method: 'DELETE', path: ENTRY, name: 'list-entry-delete', work: (call) => guarded(() => remove(book, nameOf(call))) },
  ];
}

async function page(book: ListBook, { principal, query }: ApiCall): Promise<ApiAnswer> {
  refuseUnknown(query, PARAMETERS);
  const limit = limitOf(query, PAGE);
  const list = choice(query['list'], 'list', LIST_NAMES);
  const kind = choice(query['kind'], 'kind', LIST_KINDS);
  const after = query['after'] ?? null;
  if (after !== null && typeof after !== 'string') throw invalidParameter('after', 'must be the next of the page before');
  const { items, next } = book.page(principal.scope, { limit, after, ...(list ? { list } : {}), ...(kind ? { kind } : {}) });
  return { status: 200, body: { items: items.map(shownEntry), next } };
}

async function read(book: ListBook, name: ListEntryName): Promise<ApiAnswer> {
  const entry = book.find(name);
  if (!entry) throw new ApiError('NOT_FOUND');
  return { status: 200, body: shownEntry(entry) };
}

async function put(book: ListBook, call: ApiCall): Promise<ApiAnswer> {
  const sent = call.body;
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) throw new ApiError('INVALID_BODY', { errors: [{ path: 'body', message: 'must be an object' }] });
  const fields = sent as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(fields).filter((field) => !['reason', 'expires_at', 'distance', 'author'].includes(field));
  if (unknown.length > 0) throw new ApiError('INVALID_BODY', { errors: unknown.slice(0, 20).map((path) => ({ path: path.slice(0, 100), message: 'is not a known field' })) });
  const author = fields['author'] ?? `key:${call.principal.keyId}`;
  if (typeof author !== 'string' || author === '' || author.length > 200) throw new ApiError('INVALID_BODY', { errors: [{ path: 'author', message: 'must be a text of 1 to 200 characters' }] });
  const { record } = await book.put(nameOf(call), {
    author,
    ...(fields['reason'] === undefined ? {} : { reason: fields['reason'] as string }),
    ...(fields['expires_at'] === undefined ? {} : { expiresAt: fields['expires_at'] as string | null }),
    ...(fields['distance'] === undefined ? {} : { distance: fields['distance'] as number }),
  });
  return { status: 200, body: shownEntry(record as ListEntryRecord) };
}

async function remove(book: ListBook, name: ListEntryName): Promise<ApiAnswer> {
  const entry = book.find(name);
  await book.delete(name);
  return { status: 200, body: { deleted: entry ? shownEntry(entry) : null } };
}

async function importRows(book: ListBook, { principal, body }: ApiCall): Promise<ApiAnswer> {
  return guarded(async () => ({ status: 200, body: await book.import(principal.scope, body as ReturnType<typeof readListCsv>, `key:${principal.keyId}`) }));
}

function readCsv(bytes: Buffer): unknown {
  try {
    if (!isUtf8(bytes)) throw new InvalidCsv('is not UTF-8');
    return readListCsv(bytes.toString('utf8'));
  } catch (error) {
    if (error instanceof InvalidCsv) throw new ApiError('INVALID_BODY', { errors: [{ path: 'body', message: error.message }] });
    throw error;
  }
}

const nameOf = ({ principal, params }: ApiCall): ListEntryName => ({ companyId: principal.scope, list: params['list'] as ListName, kind: params['kind'] as ListKind, value: params['value'] ?? '' });

/** What the control plane refuses, and a log that does not answer, as the API's errors. */
async function guarded(work: () => Promise<ApiAnswer>): Promise<ApiAnswer> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LogUnavailable) throw new ApiError('NOT_ACCEPTED', { headers: { 'Retry-After': RETRY_AFTER_SECONDS }, cause: error });
    if (!(error instanceof ControlRefused)) throw error;
    const { code, errors, message } = error.refusal;
    if (code === 'not_found') throw new ApiError('NOT_FOUND');
    throw new ApiError('INVALID_BODY', { errors: errors.length > 0 ? errors : [{ path: 'body', message }] });
  }
}

function shownEntry({ list, kind, value, distance, reason, author, expiresAt, createdAt, updatedAt }: ListEntryRecord) {
  return { list, kind, value, distance, reason, author, expires_at: expiresAt, created_at: createdAt, updated_at: updatedAt };
}
