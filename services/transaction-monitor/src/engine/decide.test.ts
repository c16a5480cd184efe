import type { Transaction } from '@stakewatch/contracts';
import { monitored } from '../domain/transaction';
import { EXAMPLE_WORLD } from '../geo/example-world';
import { MemoryHistories } from '../history/memory-histories';
import { monitor } from '../monitor';
import { type CompiledRule, compileRule } from './compile';

const SENT: Transaction = {
  uuid: '00000000-0000-8000-8000-000000000000', company_id: 'acme', transaction_id: 't', received_at: 1_770_000_000_000_000, amount_minor: 25_000, currency_exponent: 2, currency: 'USD', transaction_type: 'transfer',
  account_type: 'individual', status: 'completed', origin_account_number: '1', origin_bank_code: '001', destination_account_number: '2', destination_bank_code: '001', customer_name: 'Jane Doe',
  customer_email: 'jane.doe@example.com', ip_address: '192.168.1.1', location: 'unknown', transaction_description: '', kind: 'transaction',
};

/** A rule that holds on everything. */
function always(id: string, code: number, score: number, changes: object = {}, mode: 'live' | 'dry_run' = 'live'): CompiledRule {
  const compiled = compileRule({ kind: 'transaction', id: `rule-${id}`, title: id, description: id, facts: {}, when: 'amount > 0.0', settings: {}, outcome: { code, score, comment: `because of ${id}` }, ...changes });
  if (!compiled.ok) throw new TypeError(JSON.stringify(compiled.errors));
  return compiled.compile({ mode, version: 1, settings: {} });
}

function verdictOf(...rules: readonly CompiledRule[]) {
  const transaction = monitored(SENT);
  return monitor(transaction, new MemoryHistories().of(transaction), rules, { black: [], white: [] }, EXAMPLE_WORLD).verdict;
}

test('suspicions are combined as independent ones, and are never certain', () => {
  expect(verdictOf(always('a', 451, 50), always('b', 455, 50))).toMatchObject({ code: 451, fraudPercentage: 75, comments: ['451: because of a', '455: because of b'] });
  expect(verdictOf(always('a', 451, 100), always('b', 455, 100)).fraudPercentage).toBe(99);
});

test('a rule in dry run is told of, and changes neither code nor percentage nor what others see', () => {
  const together = { facts: { together: { fact: 'fraudPercentage' } }, when: 'together > 60.0' };
  const verdict = verdictOf(always('a', 455, 50), always('dry', 451, 90, {}, 'dry_run'), always('c', 450, 10, together));
  expect(verdict).toMatchObject({ code: 455, fraudPercentage: 50, together: 50, comments: ['455: because of a'] });
  expect(verdict.matches.map(({ ruleId }) => ruleId)).toEqual(['rule-a', 'rule-dry']);
});

test('a blacklist is certain, and no suspicion that makes others heavier', () => {
  const together = { facts: { together: { fact: 'fraudPercentage' } }, when: 'together > 60.0' };
  const verdict = verdictOf(always('a', 455, 50), always('listed', 456, 100), always('c', 450, 10, together));
  expect(verdict).toMatchObject({ code: 456, fraudPercentage: 100, together: 50 });
  expect(verdict.matches.map(({ ruleId }) => ruleId)).toEqual(['rule-a', 'rule-listed']);
});

test('what was suspicious is remembered as such, for the facts of the next', () => {
  const transaction = monitored(SENT);
  const histories = new MemoryHistories().of(transaction);
  const decide = (...rules: CompiledRule[]) => monitor(transaction, histories, rules, { black: [], white: [] }, EXAMPLE_WORLD).verdict;
  const before = always('before', 450, 10, { facts: { clean: { fact: 'count', of: 'sent', where: { suspicious: false }, excludingThis: true }, bad: { fact: 'count', of: 'sent', where: { suspicious: true }, excludingThis: true } }, when: 'clean + bad > -1.0' });
  decide();
  expect(decide(before).matches[0]?.facts).toEqual({ clean: 1, bad: 0 });
  expect(decide(before).matches[0]?.facts).toEqual({ clean: 1, bad: 1 });
});

test('without a suspicious code there is no fraud, and without any rule it was processed', () => {
  expect(verdictOf(always('safe', 210, 0))).toMatchObject({ code: 210, fraudPercentage: 0 });
  expect(verdictOf()).toMatchObject({ code: 201, fraudPercentage: 0, comments: [] });
});

test.each([
  ['atLeast', [1, 1, 0]],
  ['above', [1, 0, 0]],
  ['atMost', [0, 1, 1]],
  ['below', [0, 0, 1]],
])('of amounts above, at and below a bound, %s takes the right ones', (bound, expected) => {
  const counts = [24_999, 25_000, 25_001].map((limit) => {
    const rule = always('r', 450, 10, { facts: { sent: { fact: 'count', of: 'sent', where: { amount: { [bound]: { setting: 'limit' } } } } }, settings: { limit }, when: 'sent > -1.0 && limit > 0.0' });
    return verdictOf(rule).matches[0]?.facts['sent'];
  });
  expect(counts).toEqual(expected);
});
