import { createClickHouse, type ClickHouseClient } from '@stakewatch/clickhouse';
import { stackFile } from '@stakewatch/testing';
import { DecisionCallers, premiumCompany, storedAnswers } from './decision-callers';

/**
 * kill -9 of each part that a transaction's decision passes, under load. Every caller repeats a request that got no answer, with the
 * same transaction_id. In the end every transaction was answered, all answers to one transaction are the same, and ClickHouse has
 * each once, with the very answer. CHAOS_ROUNDS sets how often each part is killed.
 */
const ROUNDS = Number(process.env['CHAOS_ROUNDS'] ?? 1);
const VICTIMS = ['transaction-monitor', 'gateway', 'transaction-monitor', 'history-writer', 'redis', 'kafka'] as const;
const SETTLE_MS = 180_000;
const PATH = '/api/v1/monitoring/transaction_monitoring/';

const run = `chaos-${Date.now().toString(36)}`;
const stack = stackFile();
const company = premiumCompany(stack);
let callers: DecisionCallers;
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

test(`kills every part ${ROUNDS} time(s) under load, and every caller is answered the same`, async () => {
  callers = new DecisionCallers({
    gateway: stack.gateway,
    apiKey: company.apiKey,
    request(number, count, of) {
      const id = `${run}-${number}-${count}`;
      return { id, path: PATH, body: transaction(id, number + count * of) };
    },
  });
  await callers.underKills(ROUNDS, VICTIMS);
  const { answers, retries, differing } = callers;
  expect(answers.size).toBeGreaterThan(100);
  expect(retries).toBeGreaterThan(0);
  expect(differing).toEqual([]);
  expect(new Set([...answers.values()].map((text) => (JSON.parse(text) as { data: { activity_code: string } }).data.activity_code)).size).toBeGreaterThan(3);
}, 600_000 * Math.max(1, ROUNDS));

test('every transaction is in ClickHouse once, with the very answer that its caller got', async () => {
  const { answers } = callers;
  const stored = await storedAnswers(clickhouse, { table: 'transactions', id: 'transaction_id', companyId: company.id, prefix: `${run}-` }, answers.size, SETTLE_MS);
  expect(stored).toHaveLength(answers.size);
  expect(stored.filter(({ id, answer }) => answers.get(id) !== answer).map(({ id }) => id)).toEqual([]);
}, SETTLE_MS + 30_000);

test('a decision is read by its id as it was answered', async () => {
  for (const [id, answer] of [...callers.answers].filter((_, index) => index % 20 === 0)) expect(await callers.ask('GET', PATH + id)).toBe(answer);
}, SETTLE_MS);
