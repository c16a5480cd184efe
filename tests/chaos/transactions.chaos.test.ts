import { createClickHouse, type ClickHouseClient } from '@stakewatch/clickhouse';
import { stackFile } from '@stakewatch/testing';
import { killAndAwaitReturn, pause } from './victims';

/**
 * kill -9 of each part that a transaction's decision passes, under load. Every caller repeats a request that got no answer, with the
 * same transaction_id. In the end every transaction was answered, all answers to one transaction are the same, and ClickHouse has
 * each once, with the very answer. CHAOS_ROUNDS sets how often each part is killed.
 */
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 1);
const VICTIMS = ['transaction-monitor', 'gateway', 'transaction-monitor', 'history-writer', 'redis', 'kafka'] as const;
const CALLERS = 8;
/** Transactions answered after a kill before the next one. */
const PROGRESS = 40;
const SETTLE_MS = 180_000;
const PATH = '/api/v1/monitoring/transaction_monitoring/';

const run = `chaos-${Date.now().toString(36)}`;
const stack = stackFile();
const company = stack.companies.find(({ plan }) => plan === 'premium') ?? (() => { throw new Error('the stack has no premium company'); })();
const headers = { 'X-API-Key': company.apiKey, 'Content-Type': 'application/json' };
const answers = new Map<string, string>();
const differing: string[] = [];
let retries = 0;
let clickhouse: ClickHouseClient;

beforeAll(() => {
  clickhouse = createClickHouse({ ...stack.clickhouse, requestTimeoutMs: 30_000 });
});
afterAll(() => clickhouse.close());

function transaction(id: string, number: number): string {
  return JSON.stringify({
    transaction_id: id, amount: 100 + (number % 37) * 400, currency: 'USD', transaction_type: 'transfer', account_type: 'individual', status: number % 5 === 0 ? 'failed' : 'completed',
    origin_account: { account_number: `${run}${number % 23}`, bank_code: '001' },
    destination_account: { account_number: `${run}${number % 7}`, bank_code: '001' },
    customer_details: { customer_name: 'Jane Doe', customer_email: `c${number % 23}.${run}@example.com` },
    additional_info: { ip_address: '192.168.1.1', location: 'San Francisco, CA', transaction_description: 'chaos' },
  });
}

/** The answer's text; null when there was none, or one that says to come again. */
async function ask(method: string, path: string, body?: string): Promise<string | null> {
  try {
    const response = await fetch(stack.gateway + path, { method, headers, ...(body === undefined ? {} : { body }), signal: AbortSignal.timeout(20_000) });
    const text = await response.text();
    if (response.status === 429) await pause(Number(response.headers.get('retry-after') ?? 1) * 1000);
    if (response.status >= 500 || response.status === 429 || response.status === 404) return null;
    if (response.status >= 300) throw new Error(`${response.status} ${text}`);
    return text;
  } catch (error) {
    // By name: fetch's errors are of another realm than the test's.
    if (['TypeError', 'TimeoutError', 'AbortError'].includes((error as Error).name)) return null;
    throw error;
  }
}

/** Sends transactions one after the other, each until it is answered, and each answered one a second time. */
async function caller(number: number, stopped: () => boolean): Promise<void> {
  for (let count = 0; !stopped(); count += 1) {
    const id = `${run}-${number}-${count}`;
    const body = transaction(id, number + count * CALLERS);
    for (let times = 0; times < 2; ) {
      const answer = await ask('POST', PATH, body);
      if (answer === null) {
        retries += 1;
        await pause(100);
        continue;
      }
      times += 1;
      if (answers.has(id) && answers.get(id) !== answer) differing.push(id);
      answers.set(id, answer);
    }
    await pause(60);
  }
}

test(`kills every part ${ROUNDS} time(s) under load, and every caller is answered the same`, async () => {
  let stopped = false;
  const callers = Array.from({ length: CALLERS }, (_, number) => caller(number, () => stopped));
  while (answers.size < 50) await pause(50);
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const victim of VICTIMS) {
      const killed = Date.now();
      const back = await killAndAwaitReturn(victim);
      process.stderr.write(`round ${round + 1}: ${victim} killed, back after ${back} ms, ${answers.size} transactions answered\n`);
      const goal = answers.size + PROGRESS;
      while (answers.size < goal) await pause(50);
      process.stderr.write(`  ${PROGRESS} more answered ${Date.now() - killed} ms after the kill\n`);
    }
  }
  stopped = true;
  await Promise.all(callers);
  expect(answers.size).toBeGreaterThan(100);
  expect(retries).toBeGreaterThan(0);
  expect(differing).toEqual([]);
  expect(new Set([...answers.values()].map((text) => (JSON.parse(text) as { data: { activity_code: string } }).data.activity_code)).size).toBeGreaterThan(3);
}, 600_000 * Math.max(1, ROUNDS));

test('every transaction is in ClickHouse once, with the very answer that its caller got', async () => {
  const rows = async () => (await clickhouse.query({ query: 'SELECT transaction_id, answer FROM transactions WHERE company_id = {company:String} AND startsWith(transaction_id, {prefix:String})', query_params: { company: company.id, prefix: `${run}-` }, format: 'JSONEachRow' })).json<{ transaction_id: string; answer: string }>();
  const end = Date.now() + SETTLE_MS;
  while ((await rows().catch(() => [])).length < answers.size && Date.now() < end) await pause(250);
  const stored = await rows();
  expect(stored).toHaveLength(answers.size);
  expect(stored.filter(({ transaction_id: id, answer }) => answers.get(id) !== answer).map(({ transaction_id: id }) => id)).toEqual([]);
}, SETTLE_MS + 30_000);

test('a decision is read by its id as it was answered', async () => {
  for (const [id, answer] of [...answers].filter((_, index) => index % 20 === 0)) expect(await ask('GET', PATH + id)).toBe(answer);
}, SETTLE_MS);
