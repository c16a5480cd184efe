import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { COMPATIBILITY, SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry';
import { MemoryLog } from '@stakewatch/runtime';
import { registryApp } from './app';
import { StoredRecord } from './registry-state';
import { createSchemaStore } from './schema-store';

const USER = { type: 'record', name: 'User', namespace: 'test', fields: [{ name: 'id', type: 'string' }] };
const text = (schema: unknown) => JSON.stringify(schema);
const withField = (field: unknown) => ({ ...USER, fields: [...USER.fields, field] });

let server: Server;
let base: string;

beforeAll(async () => {
  const client = new MemoryLog();
  server = createServer(registryApp(createSchemaStore(await client.table('schemas', StoredRecord), await client.producer())));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function call(method: string, path: string, body?: unknown) {
  const response = await fetch(`${base}${path}`, { method, headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' }, ...(body === undefined ? {} : { body: text(body) }) });
  return { status: response.status, type: response.headers.get('content-type'), body: (await response.json()) as unknown };
}

describe('through the registry client that the runtime uses', () => {
  test('a schema is registered once, found by id, and decodes what was encoded', async () => {
    const registry = new SchemaRegistry({ host: base });
    const { id } = await registry.register({ type: SchemaType.AVRO, schema: text(USER) }, { subject: 'client-value' });
    const again = new SchemaRegistry({ host: base });
    expect(await again.register({ type: SchemaType.AVRO, schema: text(USER) }, { subject: 'client-value' })).toEqual({ id });
    expect(await again.decode(await registry.encode(id, { id: 'p-1' }))).toMatchObject({ id: 'p-1' });
    expect(await again.getLatestSchemaId('client-value')).toBe(id);
  });

  test('compatibility asked for by the client is kept and enforced', async () => {
    const registry = new SchemaRegistry({ host: base });
    await registry.register({ type: SchemaType.AVRO, schema: text(USER) }, { subject: 'full-value', compatibility: COMPATIBILITY.FULL });
    expect((await call('GET', '/config/full-value')).body).toEqual({ compatibilityLevel: 'FULL' });
    const added = registry.register({ type: SchemaType.AVRO, schema: text(withField({ name: 'age', type: 'int' })) }, { subject: 'full-value', compatibility: COMPATIBILITY.FULL });
    await expect(added).rejects.toThrow(/incompatible with an earlier schema/);
  });
});

describe('through curl', () => {
  test('a subject from its first version to its deletion', async () => {
    const { body } = await call('POST', '/subjects/curl-value/versions', { schema: text(USER) });
    expect(body).toEqual({ id: expect.any(Number) });
    const { id } = body as { id: number };
    await call('POST', '/subjects/curl-value/versions', { schema: text(withField({ name: 'age', type: 'int', default: 0 })) });
    expect((await call('GET', '/subjects/curl-value/versions')).body).toEqual([1, 2]);
    expect((await call('GET', '/subjects/curl-value/versions/1')).body).toEqual({ subject: 'curl-value', id, version: 1, schema: text(USER) });
    expect((await call('POST', '/subjects/curl-value', { schema: text(USER) })).body).toMatchObject({ version: 1, id });
    expect((await call('GET', `/schemas/ids/${id}`)).body).toEqual({ schema: text(USER) });
    expect((await call('GET', '/subjects')).body).toContain('curl-value');
    expect((await call('DELETE', '/subjects/curl-value/versions/2')).body).toBe(2);
    expect((await call('DELETE', '/subjects/curl-value')).body).toEqual([1]);
    expect((await call('GET', '/subjects/curl-value/versions')).body).toMatchObject({ error_code: 40401 });
    expect((await call('GET', `/schemas/ids/${id}`)).status).toBe(200);
  });

  test('configuration, global and of a subject', async () => {
    expect((await call('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect((await call('GET', '/config/other')).body).toMatchObject({ error_code: 40408 });
    expect((await call('GET', '/config/other?defaultToGlobal=true')).body).toEqual({ compatibilityLevel: 'BACKWARD' });
    expect((await call('PUT', '/config/other', { compatibility: 'NONE' })).body).toEqual({ compatibility: 'NONE' });
    expect((await call('GET', '/config/other')).body).toEqual({ compatibilityLevel: 'NONE' });
    expect((await call('DELETE', '/config/other')).body).toEqual({ compatibilityLevel: 'NONE' });
    expect((await call('PUT', '/config', { compatibility: 'SOMETIMES' })).body).toMatchObject({ error_code: 42203 });
  });

  test('a check says why, and writes nothing', async () => {
    await call('POST', '/subjects/check-value/versions', { schema: text(USER) });
    const verdict = await call('POST', '/compatibility/subjects/check-value/versions/latest', { schema: text(withField({ name: 'age', type: 'int' })) });
    expect(verdict.body).toEqual({ is_compatible: false, messages: [expect.stringContaining('age')] });
    expect((await call('POST', '/compatibility/subjects/check-value/versions/latest', { schema: text(USER) })).body).toEqual({ is_compatible: true, messages: [] });
    expect((await call('GET', '/subjects/check-value/versions')).body).toEqual([1]);
  });

  test.each([
    ['GET', '/subjects/none/versions', undefined, 404, 40401],
    ['GET', '/schemas/ids/999999', undefined, 404, 40403],
    ['POST', '/subjects/x/versions', { schema: '{"type":"rekord"}' }, 422, 42201],
    ['POST', '/subjects/x/versions', {}, 422, 42201],
    ['POST', '/subjects/x/versions', { schema: '{}', schemaType: 'PROTOBUF' }, 422, 42201],
    ['GET', '/nowhere', undefined, 404, 404],
  ])('%s %s answers the code that Confluent does', async (method, path, body, status, code) => {
    expect(await call(method, path, body)).toMatchObject({ status, type: expect.stringContaining('application/vnd.schemaregistry.v1+json'), body: { error_code: code, message: expect.any(String) } });
  });

  test('many at once get one id for one schema, and versions without gaps', async () => {
    const schemas = [0, 1, 2].map((n) => text({ ...USER, fields: [...USER.fields, { name: `f${n}`, type: 'int', default: 0 }] }));
    const answers = await Promise.all([...schemas, ...schemas, ...schemas].map((schema) => call('POST', '/subjects/race-value/versions', { schema })));
    const ids = answers.map(({ body }) => (body as { id: number }).id);
    expect(new Set(ids).size).toBe(3);
    expect(ids.slice(0, 3)).toEqual(ids.slice(3, 6));
    expect((await call('GET', '/subjects/race-value/versions')).body).toEqual([1, 2, 3]);
  });
});
