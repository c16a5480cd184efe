import { randomUUID } from 'node:crypto';
import { createClient } from '@clickhouse/client';
import type { StackCompany } from '@stakewatch/contracts';
import { apiOf, stackFile, stakewatch, until } from '@stakewatch/testing';

/** Document 003 through the API's door on a running stack, with the rules as they ship; each run has accounts and customers of its own. */
const stack = stackFile();
const [company, other] = stack.companies.filter(({ plan }) => plan !== 'sandbox') as [StackCompany, StackCompany];
const clickhouse = createClient({ url: stack.clickhouse.url, username: stack.clickhouse.user, password: stack.clickhouse.password, database: stack.clickhouse.database });
const call = apiOf(stack, company.apiKey);
const run = randomUUID().slice(0, 8);
const PATH = '/monitoring/transaction_monitoring/';
const SERIES_MS = 5_100;
let counter = 0;

afterAll(() => clickhouse.close());


interface Sent {
  readonly id?: string;
  readonly amount?: number;
  readonly status?: string;
  readonly account_type?: string;
  readonly currency?: string;
  /** Names an origin, a destination and a customer of this run. */
  readonly from?: string;
  readonly to?: string;
  readonly name?: string;
  readonly ip?: string;
  readonly location?: string;
}

function request({ id, amount = 1500, status = 'completed', account_type = 'individual', currency = 'USD', from = `o${++counter}`, to = `payee-${from}`, name = 'Jane Doe', ip = '192.168.1.1', location = 'San Francisco, CA' }: Sent) {
  return {
    transaction_id: id ?? `${run}-${++counter}`, amount, currency, transaction_type: 'transfer', account_type, status,
    origin_account: { account_number: `${run}${from}`, bank_code: '001' },
    destination_account: { account_number: `${run}${to}`, bank_code: '002' },
    customer_details: { customer_name: name, customer_email: `${from}.${run}@example.com` },
    additional_info: { ip_address: ip, location, transaction_description: 'Payment for order #789' },
  };
}

/** Sends and gives the code; also checks that the answer has the document's shape. */
async function code(sent: Sent, key = company.apiKey): Promise<string> {
  const { status, body } = await apiOf(stack, key)('POST', PATH, request(sent));
  expect({ status, body }).toEqual({ status: 201, body: { status: 'Success', data: { activity_code: expect.any(String), status: sent.status ?? 'completed', comment: expect.any(Array), fraud_percentage: expect.any(Number) }, message: 'Transaction was successfully processed' } });
  return body.data.activity_code as string;
}

async function codes(times: number, sent: Sent): Promise<string[]> {
  const got: string[] = [];
  for (let at = 0; at < times; at += 1) got.push(await code(sent));
  return got;
}

const bank = (to: string) => encodeURIComponent(`*:${run}${to}`);

test.each(['', '/'])("the document's example is 200, 'completed', without a comment (last slash: %j)", async (slash) => {
  const sent = { ...request({ amount: 1500, account_type: 'corporate' }) };
  expect(await call('POST', PATH.slice(0, -1) + slash, sent)).toEqual({ status: 201, body: { status: 'Success', data: { activity_code: '200', status: 'completed', comment: [], fraud_percentage: 0 }, message: 'Transaction was successfully processed' } });
});

describe('each code, and beside it what just does not get it', () => {
  test('200 approved, 201 processed, 202 pending', async () => {
    expect(await code({ status: 'completed' })).toBe('200');
    expect(await code({ status: 'cancelled' })).toBe('201');
    expect(await code({ status: 'pending' })).toBe('202');
  });

  test('211 a small amount', async () => {
    expect(await code({ amount: 100 })).toBe('211');
    expect(await code({ amount: 100.01 })).toBe('200');
  });

  test('221 the fourth of a customer, 210 the ninth to one beneficiary, 453 the eleventh within ten minutes', async () => {
    const got = await codes(11, { from: 'regular', amount: 500 });
    expect(got).toEqual(['200', '200', '200', '221', '221', '221', '221', '221', '210', '210', '453']);
  });

  test('212 the fourth payment of a series; one of another amount does not continue it', async () => {
    const pause = () => new Promise((resolve) => setTimeout(resolve, SERIES_MS));
    for (let at = 0; at < 3; at += 1) {
      await Promise.all([code({ from: 'tenant', amount: 900 }), code({ from: 'changing', amount: 900 })]);
      await pause();
    }
    expect(await Promise.all([code({ from: 'tenant', amount: 900 }), code({ from: 'changing', amount: 1_000.01 })])).toEqual(['212', '221']);
  });

  test('455 above the limit of currency and account type', async () => {
    expect(await code({ amount: 10_000.01 })).toBe('455');
    expect(await code({ amount: 9_999.99 })).toBe('200');
    expect(await code({ amount: 10_000.01, account_type: 'corporate' })).toBe('200');
    expect(await code({ amount: 10_000.01, currency: 'HKD' })).toBe('200');
    expect(await code({ amount: 80_000.01, currency: 'HKD' })).toBe('455');
  });

  test('457 the third failure', async () => {
    expect(await codes(3, { from: 'failing', status: 'failed' })).toEqual(['201', '201', '457']);
    expect(await code({ from: 'failing' })).toBe('457');
  });

  test('454 an IP address of another country; a place too far too soon', async () => {
    expect(await code({ ip: '8.8.8.8', location: 'Paris, France' })).toBe('454');
    expect(await code({ ip: '8.8.8.8', location: 'lat=37.77,lon=-122.42' })).toBe('200');
    expect(await code({ ip: '8.8.8.8', location: 'somewhere' })).toBe('200');
    await code({ from: 'traveller', location: 'lat=48.8566,lon=2.3522' });
    expect(await code({ from: 'traveller', location: 'lat=50.85,lon=4.35' })).toBe('200');
    expect(await code({ from: 'traveller', location: 'lat=40.71,lon=-74.0' })).toBe('454');
  });

  test('452 an amount far from the usual', async () => {
    await codes(5, { from: 'steady', amount: 400 });
    expect(await code({ from: 'steady', amount: 1_200 })).toBe('200');
    await codes(5, { from: 'steadier', amount: 400 });
    expect(await code({ from: 'steadier', amount: 1_200.01 })).toBe('452');
  });

  test('450 a large round sum to someone new', async () => {
    expect(await code({ amount: 6_000 })).toBe('450');
    expect(await code({ amount: 6_000.01 })).toBe('200');
  });

  test('451 money passed through', async () => {
    for (const mule of ['mule', 'saver']) for (const payer of ['a', 'b', 'c']) await code({ from: `${payer}-${mule}`, to: mule, amount: 500 });
    // The mule's account is paid at bank 002, so it pays from there.
    const passOn = async (mule: string, amount: number) => {
      const sent = request({ from: mule, to: `boss-${mule}`, amount });
      return (await call('POST', PATH, { ...sent, origin_account: { account_number: `${run}${mule}`, bank_code: '002' } })).body.data;
    };
    expect(await passOn('mule', 1_200)).toMatchObject({ activity_code: '451', fraud_percentage: 80 });
    expect(await passOn('saver', 1_199.99)).toMatchObject({ activity_code: '200', fraud_percentage: 0 });
  });

  test('451 also where two suspicions together reach the percentage', async () => {
    const { body } = await call('POST', PATH, request({ amount: 12_000.5, ip: '8.8.8.8', location: 'Paris, France' }));
    expect(body.data).toMatchObject({ activity_code: '451', fraud_percentage: 80, comment: [expect.stringMatching(/^451: High risk/), expect.stringMatching(/^455: Amount too high: 12000.50 USD/), expect.stringMatching(/^454: Geographic/)] });
  });

  test('456 on the blacklist, 220 on the whitelist, both: 456; not when it has expired', async () => {
    const put = (list: string, kind: string, value: string, terms: object = {}) => call('PUT', `/lists/${list}/${kind}/${value}`, terms);
    const [bad, good, both] = ['bad', 'good', 'both'];
    expect((await put('black', 'account', bank(bad), { reason: 'chargebacks' })).status).toBe(200);
    await put('white', 'account', bank(good));
    await put('black', 'account', bank(both));
    await put('white', 'account', bank(both));
    await put('black', 'name', encodeURIComponent(`Mallory ${run}`), { distance: 1 });
    await put('black', 'account', bank('gone'), { expires_at: '2026-01-01T00:00:00Z' });
    // A list is in force within a second of its answer: the last entry put is waited for.
    await until(() => code({ name: `${run} MALLORY` }), (got) => got === '456');
    expect(await code({ name: `Mallary ${run}` })).toBe('456');
    expect(await code({ name: `Mellary ${run}` })).toBe('200');
    expect(await code({ to: bad })).toBe('456');
    expect(await code({ to: good, amount: 50_000.5 })).toBe('220');
    expect(await code({ to: both })).toBe('456');
    expect(await code({ to: 'gone' })).toBe('200');
    expect((await call('POST', PATH, request({ to: bad }))).body.data).toMatchObject({ fraud_percentage: 100, comment: ['456: Blacklisted: destination account: chargebacks'] });
    await call('DELETE', `/lists/black/account/${bank(bad)}`);
    await until(() => code({ to: bad, amount: 1_600 }), (got) => got !== '456');
  });
});

test('the same transaction many times at once is decided once; other content is 400; another company does not see it', async () => {
  const sent = request({ id: `${run}-once/1`, amount: 20_000.5 });
  const answers = await Promise.all(Array.from({ length: 20 }, () => call('POST', PATH, sent)));
  expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
  expect(answers[0]).toMatchObject({ status: 201, body: { data: { activity_code: '455' } } });
  expect(await call('POST', PATH, { ...sent, amount: 1 })).toMatchObject({ status: 400, body: { code: 'TRANSACTION_CONFLICT', errors: [{ path: 'transaction_id' }] } });
  const path = PATH + encodeURIComponent(sent.transaction_id);
  expect(await call('GET', path)).toEqual({ status: 200, body: answers[0]?.body });
  expect(await apiOf(stack, other.apiKey)('GET', path)).toMatchObject({ status: 404 });
  const rows = await until(
    async () => (await clickhouse.query({ query: 'SELECT answer, activity_code, amount_minor, toString(amount) AS amount, matched_rules FROM transactions WHERE company_id = {company:String} AND transaction_id = {id:String}', query_params: { company: company.id, id: sent.transaction_id }, format: 'JSONEachRow' })).json<Record<string, unknown>>(),
    (found) => found.length > 0,
  );
  expect(rows).toMatchObject([{ activity_code: 455, amount_minor: 2000050, amount: '20000.5' }]);
  expect(JSON.parse(String(rows[0]?.['answer']))).toEqual(answers[0]?.body);
});

test.each<[string, string | object, string]>([
  ['not JSON', '{"transaction_id":', 'INVALID_JSON'],
  ['nothing', '{}', 'INVALID_BODY'],
  ['deep', '['.repeat(30_000), 'INVALID_BODY'],
  ['an amount that is not exact', JSON.stringify(request({})).replace('1500', '1500.005'), 'INVALID_BODY'],
  ['an amount beyond 2^53', JSON.stringify(request({})).replace('1500', '9007199254740993'), 'INVALID_BODY'],
  ['a prototype', JSON.stringify(request({})).replace('{', '{"__proto__":{"amount":1},'), 'INVALID_BODY'],
])('%s is 400 and decides nothing', async (_name, body, expected) => expect(await call('POST', PATH, body)).toMatchObject({ status: 400, body: { status: 'error', code: expected } }));

test('without a key 401, with another method 405, with another type 415, too large 413', async () => {
  expect((await apiOf(stack, 'x')('POST', PATH, request({}))).status).toBe(401);
  expect((await call('DELETE', PATH)).status).toBe(405);
  expect((await call('POST', PATH, request({}), 'text/plain')).status).toBe(415);
  expect((await call('POST', PATH, `{"x":"${'x'.repeat(70_000)}"}`)).status).toBe(413);
});

test("a company sets its own threshold by the command line, for one currency, and gives it back", async () => {
  await stakewatch('rules', 'set', '-c', other.id, 'transaction-low-risk', 'limit={"individual":{"by_currency":{"EUR":1.5}}}');
  try {
    await until(() => code({ amount: 1.51, currency: 'EUR' }, other.apiKey), (got) => got === '200');
    expect(await code({ amount: 1.5, currency: 'EUR' }, other.apiKey)).toBe('211');
    expect(await code({ amount: 1.51, currency: 'USD' }, other.apiKey)).toBe('211');
    expect(await code({ amount: 1.51, currency: 'EUR' })).toBe('211');
  } finally {
    await stakewatch('rules', 'set', '-c', other.id, 'transaction-low-risk', 'limit=');
  }
  await until(() => code({ amount: 1.51, currency: 'EUR' }, other.apiKey), (got) => got === '211');
});
