import type { ListEntryRecord, RuleRecord, Transaction } from '@stakewatch/contracts';
import { EXAMPLE_WORLD } from '../geo/example-world';
import { TRANSACTION_VARIABLES } from './compile';
import { tryTransactionRule } from './try-rule';

const START = Date.UTC(2026, 0, 1, 12) * 1000;
const transaction = (index: number, more: Partial<Transaction> = {}): Transaction => ({
  uuid: '00000000-0000-8000-8000-000000000000',
  company_id: 'acme',
  transaction_id: `t-${index}`,
  received_at: START + index * 60_000_000,
  amount_minor: 20_000,
  currency_exponent: 2,
  currency: 'USD',
  transaction_type: 'transfer',
  account_type: 'individual',
  status: 'completed',
  origin_account_number: '1',
  origin_bank_code: '001',
  destination_account_number: '2',
  destination_bank_code: '002',
  customer_name: 'Jane Doe',
  customer_email: 'jane@example.com',
  ip_address: '192.168.1.1',
  location: 'unknown',
  transaction_description: '',
  kind: 'transaction',
  ...more,
});
const rule = { kind: 'transaction', id: 'many-wires', title: 't', description: 'd', facts: { sent: { fact: 'count', of: 'sent', within: { setting: 'window' } }, total: { fact: 'sum', of: 'sent' } }, when: 'sent > limit', settings: { limit: 2, window: '10m' }, outcome: { code: 451, score: 60, comment: '{sent} wires' } };
const run = (more: object = {}) => {
  const trial = tryTransactionRule({ definition: rule, settings: {}, records: [], lists: new Map(), transactions: [0, 1, 2].map((index) => transaction(index)), geo: EXAMPLE_WORLD, ...more });
  if (!trial.ok) throw new Error(JSON.stringify(trial.errors));
  return trial.tried;
};

test('each transaction says whether the rule fired, its facts with their windows, and the answer it would get', () => {
  const tried = run();
  expect(tried.map(({ fired }) => fired)).toEqual([false, false, true]);
  const at = START + 120_000_000;
  expect(tried[2]).toMatchObject({
    status: 'judged',
    facts: [
      { name: 'sent', value: 3, windowStart: at - 600_000_000, windowEnd: at, truncated: false },
      { name: 'total', value: 60_000, windowStart: null, windowEnd: at, truncated: false },
    ],
    match: { code: 451, score: 60, comments: ['451: 3 wires'] },
    answer: { data: { activity_code: '451', fraud_percentage: 60 } },
    error: null,
  });
  expect(tried[0]?.facts[0]?.value).toBe(1);
});

test("a comment tells facts, settings and the transaction's own values", () => {
  const comment = '{sent} of {limit} in {window} at {hour} h: {amount}, {currency}, {transaction_type}, {account_type}, {status}, {country}, {ip_country}';
  for (const name of Object.keys(TRANSACTION_VARIABLES)) expect(comment).toContain(`{${name}}`);
  const tried = run({ definition: { ...rule, outcome: { ...rule.outcome, comment } } });
  expect(tried[2]?.match?.comments).toEqual(['451: 3 of 2 in 10m at 12 h: 200.00 USD, USD, transfer, individual, completed, an unknown country, an unknown country']);
});

test('settings stand over the rule, the same transaction again is not decided, other content under its id is a conflict', () => {
  expect(run({ settings: { limit: 1 } }).map(({ fired }) => fired)).toEqual([false, true, true]);
  expect(run({ transactions: [transaction(0), transaction(0), transaction(0, { amount_minor: 1 })] }).map(({ status }) => status)).toEqual(['judged', 'duplicate', 'conflict']);
});

test("the company's other rules and the lists given decide beside it", () => {
  const entry: ListEntryRecord = { companyId: 'acme', list: 'black', kind: 'name', value: 'Jane Doe', distance: 0, reason: '', author: 'ana', expiresAt: null, createdAt: '', updatedAt: '' };
  expect(run({ lists: new Map([['acme|black|name|doe jane', entry]]) })[0]).toMatchObject({ fired: false, answer: { data: { activity_code: '456' } } });
  const off: RuleRecord = { companyId: 'acme', ruleId: 'transaction-blacklisted', version: 1, mode: 'off', settings: {}, updatedAt: '', updatedBy: '' };
  expect(run({ records: [off], lists: new Map([['acme|black|name|doe jane', entry]]) })[0]?.answer?.data.activity_code).not.toBe('456');
});

test('what is not valid is refused by its place', () => {
  expect(tryTransactionRule({ definition: rule, settings: { speed: 1 }, records: [], lists: new Map(), transactions: [], geo: EXAMPLE_WORLD })).toMatchObject({ ok: false, errors: [{ path: 'settings.speed' }] });
  expect(tryTransactionRule({ definition: { ...rule, when: 'sent >' }, settings: {}, records: [], lists: new Map(), transactions: [], geo: EXAMPLE_WORLD })).toMatchObject({ ok: false, errors: [{ path: 'when' }] });
});
