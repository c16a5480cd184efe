import { type Transaction, TOPICS } from '@stakewatch/contracts';
import { type DecisionReply, type RequestClient, RequestTimeout } from '@stakewatch/runtime';
import fc from 'fast-check';
import { FixtureWorld, startGateway } from '../test-support/gateway-fixture';
import { exactAmount } from './amount';
import { transactionRoutes } from './routes';
import { TRANSACTION_EXAMPLE } from './schema';
import { readTransactionBody } from './transaction-body';
import { readTransaction } from './validator';

const NOW = 1_790_000_000_000_000;
const read = (text: string) => readTransaction(readTransactionBody(Buffer.from(text)), 'acme', NOW, 'en');
const withAmount = (literal: string, currency = 'USD') => JSON.stringify({ ...TRANSACTION_EXAMPLE, currency }).replace('"amount":1500', `"amount":${literal}`);

function faults(text: string): { path: string; message: string }[] {
  try {
    read(text);
    return [];
  } catch (error) {
    return [...(error as { details: { errors: { path: string; message: string }[] } }).details.errors];
  }
}

/** Every field of the document, by its path. */
function paths(value: object, prefix = ''): string[] {
  return Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'object' ? [`${prefix}${name}`, ...paths(inner as object, `${prefix}${name}.`)] : [`${prefix}${name}`]));
}

function without(path: string): object {
  const copy = structuredClone(TRANSACTION_EXAMPLE) as unknown as Record<string, never>;
  const names = path.split('.');
  const parent = names.slice(0, -1).reduce<Record<string, never>>((at, name) => at[name] as never, copy);
  delete parent[names.at(-1) as string];
  return copy;
}

test("the document's example becomes a command, its amount exact", () => {
  expect(read(JSON.stringify(TRANSACTION_EXAMPLE))).toMatchObject({ company_id: 'acme', transaction_id: '18772', amount_minor: 150_000, currency_exponent: 2, received_at: NOW, origin_bank_code: '001', kind: 'transaction' });
});

test.each(paths(TRANSACTION_EXAMPLE))('%s is required, and named when it is missing', (path) => expect(faults(JSON.stringify(without(path)))).toEqual([{ path, message: `${path} is required` }]));

test.each<[string, string, number]>([
  ['1500.00', 'USD', 150_000],
  ['0.1', 'USD', 10],
  ['1.5e3', 'USD', 150_000],
  ['1E+2', 'XOF', 100],
  ['0', 'USD', 0],
  ['-0', 'USD', 0],
  ['1.2340', 'KWD', 1234],
  ['90071992547409.91', 'USD', 9_007_199_254_740_991],
  ['0.30', 'USD', 30],
  ['70368744177664.02', 'USD', 7_036_874_417_766_402],
])('%s %s is %d minor units', (literal, currency, minor) => expect(read(withAmount(literal, currency)).amount_minor).toBe(minor));

test.each<[string, string, RegExp]>([
  ['1500.001', 'USD', /decimals than USD/],
  ['1500.0000000000001', 'USD', /decimals than USD/],
  ['0.5', 'XOF', /decimals than XOF/],
  ['90071992547409.92', 'USD', /at most/],
  ['9007199254740993', 'XOF', /at most/],
  ['1e400', 'USD', /amount/],
  ['1e-400', 'USD', /decimals/],
  ['-1', 'USD', /amount/],
  ['"1500.00"', 'USD', /amount must be a number/],
  ['null', 'USD', /amount/],
])('%s %s is refused', (literal, currency, message) => expect(faults(withAmount(literal, currency))).toEqual([{ path: 'amount', message: expect.stringMatching(message) }]));

test('an amount is exactly what its digits say, for every exponent', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 9_007_199_254_740_991n }), fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 }), (minor, exponent, zeros) => {
      const digits = String(minor).padStart(exponent + 1, '0');
      const literal = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}${'0'.repeat(zeros)}`;
      const normal = literal.replace(/^0+(?=\d)/, '');
      return exactAmount(normal, exponent).ok && (exactAmount(normal, exponent) as { minor: number }).minor === Number(minor);
    }),
  );
});

test.each<[object, string]>([
  [{ account_type: 'personal' }, 'account_type'],
  [{ currency: 'DOLLARS' }, 'currency'],
  [{ transaction_id: 18772 }, 'transaction_id'],
  [{ transaction_id: '' }, 'transaction_id'],
  [{ transaction_id: 'a\u0000b' }, 'transaction_id'],
  [{ transaction_id: 'x'.repeat(101) }, 'transaction_id'],
  [{ origin_account: 'x' }, 'origin_account'],
  [{ origin_account: [] }, 'origin_account'],
  [{ extra: 1 }, 'extra'],
  [{ customer_details: { customer_name: 'J', customer_email: 'nobody' } }, 'customer_details.customer_email'],
  [{ additional_info: { ...TRANSACTION_EXAMPLE.additional_info, ip_address: '999.1.1.1' } }, 'additional_info.ip_address'],
  [{ additional_info: { ...TRANSACTION_EXAMPLE.additional_info, location: 'lat=91,lon=0' } }, 'additional_info.location'],
  [{ additional_info: { ...TRANSACTION_EXAMPLE.additional_info, location: 'lat=1' } }, 'additional_info.location'],
])('%j is refused at %s', (change, path) => expect(faults(JSON.stringify({ ...TRANSACTION_EXAMPLE, ...change })).map((fault) => fault.path)).toEqual([path]));

test.each(['null', '[]', '"text"', '1500'])('a body that is %s is refused', (text) => expect(faults(text).length).toBeGreaterThan(0));
test('a prototype is no field', () => expect(faults(JSON.stringify(TRANSACTION_EXAMPLE).replace('{', '{"__proto__":{"x":1},'))).toMatchObject([{ path: '__proto__' }]));
test.each(['lat=-30.6556,lon=-65.7655', 'lat=90,lon=-180', 'anywhere at all', 'latvia'])('%s is a location', (location) => expect(faults(JSON.stringify({ ...TRANSACTION_EXAMPLE, additional_info: { ...TRANSACTION_EXAMPLE.additional_info, location } }))).toEqual([]));

describe('through HTTP', () => {
  const world = new FixtureWorld();
  let reply: () => Promise<DecisionReply>;
  const sent: { key: string; topic: string; command: Transaction }[] = [];
  const requests = { decide: ({ topic, key, value }: Parameters<RequestClient['decide']>[0]) => (sent.push({ topic, key, command: world.codec.decode('transaction', value) }), reply()), waiting: 0, close: async () => undefined };
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let key: string;
  const answer = { status: 'Success', data: { activity_code: '200', status: 'completed', comment: [], fraud_percentage: 0 }, message: 'Transaction was successfully processed' };

  beforeAll(async () => {
    world.company('acme');
    key = world.key('acme', 'sandbox').key;
    await world.codec.register('transaction');
    gateway = await startGateway(world, { routes: transactionRoutes({ requests, codec: world.codec, timeoutMs: 1000, nowMicros: () => NOW }) });
  });
  afterAll(() => gateway.close());

  async function call(method: string, path: string, body?: string) {
    const response = await fetch(gateway.url + path, { method, headers: { 'X-API-Key': key, 'Content-Type': 'application/json' }, ...(body === undefined ? {} : { body }) });
    return { status: response.status, body: (await response.json()) as unknown };
  }

  const SPELLINGS = ['/api/v1/monitoring/transaction_monitoring', '/api/v1/monitoring/transaction_monitoring/', '/api/v1/monitoring/transaction_monitoring/?by=hand', '/API/v1/monitoring/transaction_monitoring'];
  test.each(SPELLINGS)('POST %s is answered with 201 and the decision', async (path) => {
    reply = async () => ({ kind: 'decided', body: answer });
    expect(await call('POST', path, JSON.stringify(TRANSACTION_EXAMPLE))).toEqual({ status: 201, body: answer });
    expect(sent.at(-1)).toMatchObject({ topic: TOPICS.transactions.name, key: 'acme-sandbox', command: { company_id: 'acme-sandbox', kind: 'transaction' } });
  });

  test('a conflict is 400 and names transaction_id; a decision that does not come is 504', async () => {
    reply = async () => ({ kind: 'conflict', body: null });
    expect(await call('POST', '/api/v1/monitoring/transaction_monitoring/', JSON.stringify(TRANSACTION_EXAMPLE))).toMatchObject({ status: 400, body: { code: 'TRANSACTION_CONFLICT', errors: [{ path: 'transaction_id' }] } });
    reply = () => Promise.reject(new RequestTimeout('late'));
    expect(await call('POST', '/api/v1/monitoring/transaction_monitoring/', JSON.stringify(TRANSACTION_EXAMPLE))).toMatchObject({ status: 504, body: { code: 'DECISION_TIMEOUT' } });
  });

  test('what is not valid is published nowhere', async () => {
    const before = sent.length;
    expect(await call('POST', '/api/v1/monitoring/transaction_monitoring/', '{}')).toMatchObject({ status: 400, body: { code: 'INVALID_BODY' } });
    expect(await call('POST', '/api/v1/monitoring/transaction_monitoring/', '{"amount": 1,}')).toMatchObject({ status: 400, body: { code: 'INVALID_JSON' } });
    expect(await call('PUT', '/api/v1/monitoring/transaction_monitoring/', '{}')).toMatchObject({ status: 405 });
    expect(sent).toHaveLength(before);
  });

  test('a decision is read by its id, 404 when there is none', async () => {
    reply = async () => ({ kind: 'decided', body: answer });
    expect(await call('GET', `/api/v1/monitoring/transaction_monitoring/${encodeURIComponent('a/b c')}`)).toEqual({ status: 200, body: answer });
    expect(sent.at(-1)?.command).toMatchObject({ transaction_id: 'a/b c', kind: 'query', company_id: 'acme-sandbox' });
    reply = async () => ({ kind: 'decided', body: null });
    expect(await call('GET', '/api/v1/monitoring/transaction_monitoring/none')).toMatchObject({ status: 404 });
  });
});
