import { ListEntryRecord } from '@stakewatch/contracts';
import { ListBook } from '@stakewatch/control';
import { FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { listRoutes } from './routes';

const world = new FixtureWorld();
let gateway: Awaited<ReturnType<typeof startGateway>>;
let keys: { acme: string; globex: string };

beforeAll(async () => {
  world.company('acme', { requestsPerMinute: 100_000 });
  world.company('globex');
  keys = { acme: world.key('acme').key, globex: world.key('globex').key };
  const book = new ListBook(await world.log.table('lists', ListEntryRecord), await world.log.producer());
  gateway = await startGateway(world, { routes: listRoutes(book) });
});
afterAll(() => gateway.close());

async function call(method: string, path: string, body?: unknown, { key = keys.acme, type = 'application/json' } = {}) {
  const response = await fetch(`${gateway.url}/api/v1/lists${path}`, { method, headers: { 'X-API-Key': key, 'Content-Type': type }, ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  return { status: response.status, body: (await response.json()) as any };
}

test('an entry is put, read by another spelling, listed, deleted; another company sees none of it', async () => {
  const path = `/black/ip/${encodeURIComponent('198.51.100.7/24')}`;
  expect(await call('PUT', path, { reason: 'card testing', expires_at: '2027-01-01T00:00:00Z' })).toMatchObject({ status: 200, body: { list: 'black', kind: 'ip', value: '198.51.100.7/24', reason: 'card testing', expires_at: '2027-01-01T00:00:00.000Z', author: expect.stringMatching(/^key:/) } });
  const other = `/black/ip/${encodeURIComponent('198.51.100.0/24')}`;
  expect(await call('GET', other)).toMatchObject({ status: 200, body: { reason: 'card testing' } });
  expect(await call('GET', other, undefined, { key: keys.globex })).toMatchObject({ status: 404 });
  expect(await call('GET', '?list=black&kind=ip')).toMatchObject({ status: 200, body: { items: [{ value: '198.51.100.7/24' }], next: null } });
  expect(await call('GET', '', undefined, { key: keys.globex })).toMatchObject({ body: { items: [] } });
  expect(await call('DELETE', other)).toMatchObject({ status: 200, body: { deleted: { value: '198.51.100.7/24' } } });
  expect(await call('DELETE', other)).toMatchObject({ status: 404 });
});

test.each<[string, string, unknown, string]>([
  ['PUT', '/grey/ip/1.2.3.4', {}, 'list'],
  ['PUT', '/black/ip/nowhere', {}, 'value'],
  ['PUT', '/black/name/Jane', { distance: 9 }, 'distance'],
  ['PUT', '/black/name/Jane', { reason: 5 }, 'reason'],
  ['PUT', '/black/name/Jane', { expires_at: 'soon' }, 'expires_at'],
  ['PUT', '/black/name/Jane', { until: 'soon' }, 'until'],
  ['PUT', '/black/name/Jane', [], 'body'],
  ['PUT', '/black/name/Jane', '{"reason":"\\ud800"}', 'reason'],
  ['GET', '/black/shoe/x', undefined, 'kind'],
  ['GET', '?limit=0', undefined, 'limit'],
  ['GET', '?kind=shoe', undefined, 'kind'],
  ['GET', '?kid=ip', undefined, 'kid'],
])('%s %s %j is refused at %s', async (method, path, body, field) => expect(await call(method, path, body)).toMatchObject({ status: 400, body: { errors: [{ path: field }] } }));

test('a CSV is imported row by row; what is no CSV is refused whole', async () => {
  const csv = 'list,kind,value,reason\nblack,name,"Doe, Jane",fraud\nblack,ip,nowhere,\nwhite,email,@partner.example,\n';
  expect(await call('POST', '/import', csv, { type: 'text/csv' })).toEqual({ status: 200, body: { imported: 2, unchanged: 0, failed: 1, errors: [{ line: 3, message: expect.stringContaining('value') }] } });
  expect(await call('GET', '/black/name/jane%20doe')).toMatchObject({ status: 200, body: { reason: 'fraud' } });
  expect(await call('POST', '/import', 'nothing', { type: 'text/csv' })).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } });
  expect(await call('POST', '/import', csv)).toMatchObject({ status: 415, body: { errors: [{ path: 'Content-Type', message: 'must be text/csv in UTF-8' }] } });
});
