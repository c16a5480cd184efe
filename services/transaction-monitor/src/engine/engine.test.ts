import type { RuleRecord } from '@stakewatch/contracts';
import fc from 'fast-check';
import { rulesOf } from '../company-rules';
import { formatMoney, toMinor } from '../domain/money';
import { statusClass } from '../domain/status';
import { transactionRuleLibrary } from '../library';
import { TRANSACTION_RULES } from '../rules';
import { compileRule } from './compile';
import { settingsFaults } from './setting-faults';
import { aboutUsd, mergeSettings, resolveSetting } from './settings';

test('a threshold in a currency is exact where the company names it, about so much elsewhere', () => {
  const limit = { individual: { about_usd: 10_000, by_currency: { EUR: 99.99 } }, corporate: aboutUsd(1) };
  expect(resolveSetting(limit, 'individual', 'EUR', 2)).toBe(9_999);
  expect(resolveSetting(limit, 'individual', 'USD', 2)).toBe(1_000_000);
  expect(resolveSetting(limit, 'individual', 'XOF', 0)).toBe(6_000_000);
  expect(resolveSetting(limit, 'corporate', 'KWD', 3)).toBe(300);
  expect(resolveSetting(limit, 'individual', 'constructor', 2)).toBe(1_000_000);
});

test('what a company does not name stays', () => {
  const defaults = { limit: { individual: aboutUsd(10), corporate: aboutUsd(20) }, window: '10m', times: 3 };
  expect(mergeSettings(defaults, { limit: { individual: { by_currency: { NGN: 5 } } }, other: 1 })).toEqual({ limit: { individual: { about_usd: 10, by_currency: { NGN: 5 } }, corporate: { about_usd: 20 } }, window: '10m', times: 3 });
  expect(mergeSettings(defaults, { times: { individual: 1, corporate: 9 } })['times']).toEqual({ individual: 1, corporate: 9 });
});

test.each<[object, string]>([
  [{ nothing: 1 }, 'settings.nothing'],
  [{ window: '10 minutes' }, 'settings.window'],
  [{ window: '31d' }, 'settings.window'],
  [{ times: -1 }, 'settings.times'],
  [{ times: '3' }, 'settings.times'],
  [{ limit: 5 }, 'settings.limit'],
  [{ limit: { individual: { by_currency: { dollars: 5 } } } }, 'settings.limit.individual.by_currency.dollars'],
  [{ limit: { individual: { about_usd: Number.NaN } } }, 'settings.limit.individual.about_usd'],
  [{ limit: { personal: 5, individual: { about_usd: 1 } } }, 'settings.limit.personal'],
])('%j is refused at %s', (own, path) => expect(settingsFaults({ settings: { limit: { individual: aboutUsd(10), corporate: aboutUsd(20) }, window: '10m', times: 3 } }, own)).toMatchObject([{ path }]));

const own = { kind: 'transaction', id: 'night-wires', title: 'Wires at night', description: 'd', facts: { sent: { fact: 'count', of: 'sent', within: '1h' } }, when: 'hour < 5.0 && sent > limit', settings: { limit: 1 }, outcome: { code: 450, score: 10, comment: 'night: {sent}' } };

test("a company's own rule is checked, its examples are run", () => {
  expect(transactionRuleLibrary.check(own)).toMatchObject({ ok: true, examples: 0, rule: { id: 'night-wires' } });
  expect(transactionRuleLibrary.check({ ...own, examples: [{ given: [{ amount: 1 }], then: 'holds' }] })).toMatchObject({ ok: false, errors: [{ path: 'examples.0' }] });
});

test.each<[object, string]>([
  [{ when: 'hour < ' }, 'when'],
  [{ when: 'sent + 1.0' }, 'when'],
  [{ when: 'unknown > 1.0' }, 'when'],
  [{ when: 'event.amount > 1.0' }, 'when'],
  [{ facts: { sent: { fact: 'count', of: 'everything' } } }, 'facts.sent'],
  [{ facts: { sent: { fact: 'count', of: 'sent', within: { setting: 'window' } } } }, 'facts.sent.within.setting'],
  [{ outcome: { code: 999, score: 10 } }, 'outcome.code'],
  [{ outcome: { code: 450, score: 101 } }, 'outcome.score'],
  [{ outcome: { code: 450, score: 10, comment: '{sent} of {limti}' } }, 'outcome.comment'],
  [{ outcome: { code: 450, score: 10, comment: '{constructor}' } }, 'outcome.comment'],
  [{ outcome: { code: 450, score: 10, comment: 'on the list: {match}' } }, 'outcome.comment'],
  [{ settings: { limit: {} } }, 'settings.limit'],
  [{ settings: { limit: 1, amount: 1 } }, 'settings.amount'],
  [{ settings: { limit: null } }, 'settings.limit'],
  [{ settings: { limit: { individual: { individual: 1 } } } }, 'settings.limit'],
  [{ settings: { limit: { by_currency: { USD: 1 } } } }, 'settings.limit'],
  [{ settings: { limit: 1, event: 1 } }, 'settings.event'],
  [{ settings: JSON.parse('{"limit":1,"__proto__":1}') as object }, 'settings'],
  [{ facts: { Sent: null } }, 'facts'],
  [{ facts: JSON.parse('{"__proto__":null}') as object }, 'facts'],
  [{ facts: { sent: { fact: 'count', of: 'sent', within: 'soon' } } }, 'facts.sent.within'],
  [{ facts: { sent: { fact: 'count', of: 'sent', within: { setting: 'limit' } } } }, 'facts.sent.within.setting'],
  [{ examples: [{ given: [{}], settings: { limit: null }, then: 'holds' }] }, 'examples.0.settings.limit'],
  [{ examples: Array.from({ length: 6 }, () => ({ given: [{ repeat: 1000 }], then: 'holds' })) }, 'examples'],
  [{ more: 1 }, 'more'],
])('a rule with %j is refused at %s', (change, path) => {
  const result = compileRule({ ...own, ...change });
  expect(result.ok).toBe(false);
  if (!result.ok) expect(result.errors.some((error) => error.path.startsWith(path))).toBe(true);
});

test('records of other rules are left alone; faulty settings leave the rule as it was shipped, and are told', () => {
  const record = (ruleId: string, more: Partial<RuleRecord>): RuleRecord => ({ companyId: 'acme', ruleId, version: 7, mode: 'live', settings: {}, updatedAt: '2026-01-01T00:00:00Z', updatedBy: 'x', ...more });
  const { rules, unfit } = rulesOf(TRANSACTION_RULES, [
    record('deposit-burst', {}),
    record('own-velocity', { definition: { id: 'own-velocity' } }),
    record('own-bonus', { definition: { kind: 'bonus' } }),
    record('night-wires', { definition: own, mode: 'dry_run' }),
    record('transaction-fan-out', { mode: 'off' }),
    record('transaction-velocity-count', { settings: { limit: 'many' } }),
  ]);
  expect(rules).toHaveLength(TRANSACTION_RULES.length);
  expect(rules.at(-1)).toMatchObject({ mode: 'dry_run', version: 7, rule: { id: 'night-wires' } });
  expect(rules.some(({ rule }) => rule.id === 'transaction-fan-out')).toBe(false);
  expect(rules.find(({ rule }) => rule.id === 'transaction-velocity-count')?.settings['limit']).toEqual({ individual: 10, corporate: 300 });
  expect(unfit).toMatchObject([{ ruleId: 'transaction-velocity-count', errors: [{ path: 'settings.limit' }] }]);
});

test('money is written exactly', () => {
  expect([formatMoney(150_000, 2, 'USD'), formatMoney(5, 2, 'USD'), formatMoney(5, 0, 'XOF'), formatMoney(1_234, 3, 'KWD')]).toEqual(['1500.00 USD', '0.05 USD', '5 XOF', '1.234 KWD']);
  fc.assert(fc.property(fc.integer({ min: 0, max: 10 ** 12 }), (cents) => toMinor(cents / 100, 2) === cents));
});

test.each([['Completed', 'completed'], ['SUCCESS ', 'completed'], ['in_progress', 'pending'], ['Timed-Out', 'failed'], ['insufficient funds', 'failed'], ['reversed', 'other'], ['', 'other'], ['constructor', 'other']])('%j means %s', (word, meaning) => expect(statusClass(word)).toBe(meaning));
