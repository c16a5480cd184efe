import { parseRule } from './parse-rule';
import type { RuleDefinition } from './rule';
import { defineRule } from './define-rule';
import { MONEY_TERMS, type SettingTerms } from './setting-terms';
import { fittingSettings, plainSettingsFaults, settingsFaults } from './settings';

const rule: RuleDefinition = { id: 'burst', title: 'Burst', description: 'Burst.', per: 'player', on: ['DEPOSIT'], facts: { n: { fact: 'count', of: 'DEPOSIT', within: '10m' } }, when: 'n > limit', settings: { limit: 5 }, allowed: { limit: { type: 'integer', unit: 'deposits', min: 1, max: 100 } }, outcome: { severity: 'low', score: 1 } };
const has = (value: number | string | boolean | readonly string[], terms: SettingTerms) => ({ settings: { s: value }, allowed: { s: terms } });

test.each<[string, ReturnType<typeof has>, readonly unknown[], readonly unknown[]]>([
  ['whole number', has(5, { type: 'integer', unit: 'bets', min: 1, max: 100 }), [1, 100, { byCurrency: { EUR: 2, default: 9 } }], [0, -5, 101, 2.5, '5', null, NaN, Infinity, true, [], {}, { byCurrency: { EUR: 2 } }, { byCurrency: { EUR: 0, default: 9 } }]],
  ['number', has(3, { type: 'number', unit: 'sigmas', min: 0.5, max: 100 }), [0.5, 2.5], [0, 0.49, 101, '3']],
  ['amount', has(3, MONEY_TERMS), [0, 2.5, { byCurrency: { default: 1e12 } }], [-0.01, 2e12, '3', { byCurrency: null }, { byCurrency: { default: -1 } }]],
  ['duration', has('10m', { type: 'duration', min: '1m', max: '2h' }), ['60s', '2h'], ['0s', '59s', '121m', '31d', 'soon', 600, '']],
  ['word', has('a', { type: 'text', oneOf: ['a', 'b'] }), ['b'], ['c', '', 1]],
  ['list', has(['a'], { type: 'list', of: ['a', 'b'] }), [[], ['a', 'b']], [['c'], 'a', [1]]],
  ['switch', has(true, { type: 'boolean' }), [false], ['false', 0]],
])('a %s is taken within its range only', (_kind, declared, taken, refused) => {
  for (const value of taken) expect([value, settingsFaults(declared, { s: value })]).toEqual([value, []]);
  for (const value of refused) expect([value, settingsFaults(declared, { s: value })]).toMatchObject([value, [{ path: expect.stringMatching(/^settings\.s\b/), code: expect.stringMatching(/^(?:wrong_type|out_of_range)$/), allowed: declared.allowed.s, help: expect.stringContaining('default') }]]);
});

test('a fault says what was given, what is allowed and what to do', () => {
  expect(settingsFaults(rule, { limit: -5 })).toEqual([{ path: 'settings.limit', code: 'out_of_range', message: 'must be a whole number from 1 to 100 (deposits), and is -5', allowed: { type: 'integer', unit: 'deposits', min: 1, max: 100 }, help: 'Give another value, or null for the default, 5.' }]);
  expect(settingsFaults(rule, { limit: { byCurrency: { default: 3, EUR: 0 } } })).toMatchObject([{ path: 'settings.limit.byCurrency.EUR', code: 'out_of_range' }]);
  expect(settingsFaults(rule, { speed: 1, constructor: 1 })).toMatchObject([{ path: 'settings.speed', code: 'unknown_setting', allowed: ['limit'] }, { path: 'settings.constructor', code: 'unknown_setting' }]);
  expect(plainSettingsFaults(rule, { limit: { byCurrency: { default: 3 } } })).toMatchObject([{ code: 'wrong_type' }]);
});

test('a setting that a rule does not declare has the type of its default, and no range', () => {
  const { allowed: _allowed, ...undeclared } = rule;
  expect(settingsFaults(undeclared, { limit: -5 })).toEqual([]);
  expect(settingsFaults(undeclared, { limit: 'five' })).toMatchObject([{ code: 'wrong_type', message: 'must be a number, or {"byCurrency": {"default": number, …}} of such, and is "five"' }]);
});

test('settings that fit are used, the others are not; each by itself', () => {
  const two = { settings: { a: 1, b: 2 }, allowed: { a: { type: 'integer', unit: 'x', min: 1, max: 9 }, b: { type: 'integer', unit: 'x', min: 1, max: 9 } } } as const;
  expect(fittingSettings({ a: -1, b: 3, 'c.d': 4 }, (settings) => settingsFaults(two, settings))).toMatchObject({ fitting: { b: 3 }, faults: [{ path: 'settings.a' }, { path: 'settings.c.d' }] });
});

test.each<[unknown, string]>([
  [5, 'allowed'],
  [{ speed: { type: 'boolean' } }, 'allowed.speed'],
  [{ limit: { type: 'whole' } }, 'allowed.limit.type'],
  [{ limit: { type: 'integer', unit: 'x', min: 2, max: 1 } }, 'allowed.limit.min'],
  [{ limit: { type: 'integer', min: 1, max: 9 } }, 'allowed.limit.unit'],
  [{ limit: { type: 'integer', unit: 'x', min: '1', max: 9 } }, 'allowed.limit.min'],
  [{ limit: { type: 'integer', unit: 'x', min: 1, max: 9, step: 2 } }, 'allowed.limit.step'],
  [{ limit: { type: 'duration', min: '2m', max: '1m' } }, 'allowed.limit.min'],
  [{ limit: { type: 'duration', min: '0s', max: '1m' } }, 'allowed.limit.min'],
  [{ limit: { type: 'text', oneOf: [] } }, 'allowed.limit.oneOf'],
  [{ limit: { type: 'integer', unit: 'x', min: 6, max: 9 } }, 'settings.limit'],
  [{ limit: { type: 'text' } }, 'settings.limit'],
])('allowed %j is refused at %s', (allowed, path) => {
  expect(parseRule({ ...rule, allowed })).toMatchObject({ ok: false, errors: [{ path }] });
});

test('the settings of an example are held to what is allowed', () => {
  expect(parseRule({ ...rule, examples: [{ given: [{ type: 'DEPOSIT' }], settings: { limit: 0 }, then: 'silent' }] })).toMatchObject({ ok: false, errors: [{ path: 'examples[0].settings.limit', code: 'out_of_range' }] });
});

test('a built-in rule says of each setting what it may be', () => {
  const { allowed: _allowed, ...undeclared } = rule;
  expect(() => defineRule(undeclared)).toThrow('allowed.limit is missing');
  expect(defineRule(rule)).toBe(rule);
});
