import { type TSchema, Type } from '@sinclair/typebox';
import { LIST_KINDS, LIST_NAMES } from '@stakewatch/contracts';
import { choice, type Json, nullable, type SurfaceWriter } from '../docs/surface-writer';

const Instant = Type.String({ format: 'date-time' });

const Entry = Type.Object({
  list: choice(LIST_NAMES),
  kind: choice(LIST_KINDS),
  value: Type.String({ description: 'account: <bank code>:<account number>, * for any bank; e-mail: an address, or @domain; ip: an address or CIDR range.' }),
  distance: Type.Integer({ minimum: 0, maximum: 2, description: 'Names: letters that may differ.' }),
  reason: Type.String(),
  author: Type.String(),
  expires_at: nullable(Instant),
  created_at: Instant,
  updated_at: Instant,
});

export const LIST_SCHEMAS: Record<string, TSchema> = {
  ListEntry: Entry,
  ListEntryTerms: Type.Object(
    {
      reason: Type.Optional(Type.String({ maxLength: 500, description: 'Told in the comment of each transaction that meets the entry.' })),
      expires_at: Type.Optional(nullable(Instant)),
      distance: Type.Optional(Type.Integer({ minimum: 0, maximum: 2, default: 1 })),
      author: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'The API key when absent.' })),
    },
    { additionalProperties: false },
  ),
  ListPage: Type.Object({ items: Type.Array(Entry), next: nullable(Type.String({ description: 'Give it as after for the next page; null on the last.' })) }),
  ListDeleted: Type.Object({ deleted: nullable(Entry) }),
  ListImport: Type.Object({ imported: Type.Integer(), unchanged: Type.Integer(), failed: Type.Integer(), errors: Type.Array(Type.Object({ line: Type.Integer(), message: Type.String() })) }),
};

const NAME = [
  { name: 'list', in: 'path', required: true, schema: choice(LIST_NAMES) },
  { name: 'kind', in: 'path', required: true, schema: choice(LIST_KINDS) },
  { name: 'value', in: 'path', required: true, description: 'Percent-encoded; every spelling of a value names the same entry.', schema: { type: 'string', maxLength: 320 } },
];
const QUERY = [
  { name: 'list', in: 'query', required: false, schema: choice(LIST_NAMES) },
  { name: 'kind', in: 'query', required: false, schema: choice(LIST_KINDS) },
  { name: 'limit', in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } },
  { name: 'after', in: 'query', required: false, description: 'next of the page before.', schema: { type: 'string' } },
];

export function listPaths({ success, failure, common, rateHeaders }: SurfaceWriter): Json {
  const bad = { '400': failure('Not valid: errors names each field.', rateHeaders) };
  const missing = { '404': failure('No such entry of your company.', rateHeaders) };
  const taken = (types: string): Json => ({ '413': failure('The body is larger than allowed.', rateHeaders), '415': failure(`Only ${types} is taken, plain or gzip.`, rateHeaders) });
  const operation = (operationId: string, summary: string, schema: string, more: Json, responses: Json = {}): Json => ({ tags: ['Lists'], operationId, summary, ...more, responses: { '200': success('Done.', schema), ...bad, ...responses, ...common } });
  return {
    '/api/v1/lists': { get: operation('getLists', 'Page through your black- and whitelist', 'ListPage', { parameters: QUERY }) },
    '/api/v1/lists/import': {
      post: operation('importLists', 'Import entries from CSV; each row succeeds or fails by itself', 'ListImport', {
        requestBody: { required: true, content: { 'text/csv': { schema: { type: 'string' }, example: 'list,kind,value,reason,expires_at,distance\nblack,ip,198.51.100.0/24,card testing,2027-01-01T00:00:00Z,\n' } } },
      }, taken('text/csv')),
    },
    '/api/v1/lists/{list}/{kind}/{value}': {
      get: operation('getListEntry', 'Read one entry', 'ListEntry', { parameters: NAME }, missing),
      put: operation('putListEntry', 'Put an entry, or change it', 'ListEntry', { parameters: NAME, requestBody: { required: true, content: { 'application/json': { schema: { $ref: '#/components/schemas/ListEntryTerms' }, example: { reason: 'chargebacks', expires_at: '2027-01-01T00:00:00Z' } } } } }, taken('application/json')),
      delete: operation('deleteListEntry', 'Delete an entry', 'ListDeleted', { parameters: NAME }, missing),
    },
  };
}
