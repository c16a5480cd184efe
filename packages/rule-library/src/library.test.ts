import { createRuleLibrary } from './library';
import { textPosition } from './positions';
import { RULE_VOCABULARIES } from './vocabulary';

const library = createRuleLibrary();
const velocity = { id: 'own-velocity', title: 't', description: 'd', per: 'player', on: ['DEPOSIT'], facts: { n: { fact: 'count', within: '10m' } }, when: 'n > 2', outcome: { severity: 'low', score: 5 }, examples: [{ given: [{ type: 'DEPOSIT', repeat: 3 }], then: 'alert' }] };
const transaction = { kind: 'transaction', id: 'own-transaction', title: 't', description: 'd', facts: { sent: { fact: 'count', of: 'sent', within: '1h' } }, when: 'sent > 2.0', outcome: { code: 451, score: 10 }, examples: [{ given: [{ repeat: 3 }], then: 'holds' }] };
const bonus = { kind: 'bonus', id: 'own-bonus', title: 't', on: ['activated'], when: 'amount > 5.0', outcome: { severity: 'low', score: 5 }, examples: [{ given: { amount: 6 }, then: 'match' }] };

test('every built-in rule of the three services is listed once', () => {
  const ids = library.builtIns.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(library.builtIns.map(({ service }) => service))).toEqual(new Set(['velocity', 'transaction', 'bonus']));
  expect(ids).toEqual(expect.arrayContaining(['deposit-burst', 'transaction-velocity-count', 'bonus-claim-ring', 'bonus-threshold']));
});

test.each([
  ['velocity', velocity],
  ['transaction', transaction],
  ['bonus', bonus],
])('a %s rule is checked by its own service', (service, definition) => {
  expect(library.check(definition)).toMatchObject({ ok: true, examples: 1, rule: { service, id: definition.id, definition } });
  expect(library.describe(definition)).toMatchObject({ service, title: 't' });
  expect(library.check({ ...definition, examples: [] })).toEqual({ ok: false, errors: [{ path: 'examples', message: expect.stringContaining('missing') }] });
  const then = { velocity: 'silent', transaction: 'silent', bonus: 'silent' }[service];
  expect(library.check({ ...definition, examples: [{ ...definition.examples[0], name: 'mine', then }] })).toMatchObject({ ok: false, errors: [{ path: 'examples[0]', message: expect.stringMatching(/mine.*expected silent, was (?:alert|holds|match)/) }] });
  expect(library.check({ ...definition, when: '1.0 <\n  nothing' })).toMatchObject({ ok: false, errors: [{ path: 'when', position: { offset: 8, length: 7, line: 2, column: 3 } }] });
});

test.each([null, undefined, 5, 'rule', [], { kind: 'other' }, { kind: null }, JSON.parse('{"__proto__":{"kind":"bonus"}}')])('%j is no rule', (definition) => {
  const check = library.check(definition);
  expect(check).toMatchObject({ ok: false });
  if (!check.ok) expect(check.errors.length).toBeGreaterThan(0);
});

test('settings of built-in rules and of the bonus threshold are checked by name and type', () => {
  expect(library.checkSettings('deposit-burst', { limit: 8 })).toEqual([]);
  expect(library.checkSettings('transaction-velocity-count', { limit: { individual: 3 }, window: '1h' })).toEqual([]);
  expect(library.checkSettings('bonus-gnoming', { accounts: 3, score: 10 })).toEqual([]);
  expect(library.checkSettings('bonus-threshold', { threshold: 80 })).toEqual([]);
  expect(library.checkSettings('bonus-threshold', { threshold: 0 })).toMatchObject([{ path: 'settings.threshold' }]);
  expect(library.checkSettings('bonus-threshold', { speed: 1 })).toMatchObject([{ path: 'settings.speed' }]);
  expect(library.checkSettings('nothing', {})).toMatchObject([{ path: 'ruleId' }]);
});

const OUT: Readonly<Record<string, unknown>> = { integer: -5, number: -1e15, money: -1, duration: '0s', text: 5, list: 'x', boolean: 'yes' };

test.each(library.builtIns.flatMap((rule) => Object.entries(rule.allowed).map(([name, terms]) => [rule.id, name, terms as { type: string; unit?: string; min?: unknown; max?: unknown }, rule.settings[name]] as const)))('%s says what %s may be: it takes its default, and nothing out of its range', (id, name, terms, fallback) => {
  const isNumber = ['integer', 'number', 'money'].includes(terms.type);
  if (isNumber) expect(terms).toEqual({ type: terms.type, unit: expect.stringMatching(/\w/), min: expect.any(Number), max: expect.any(Number) });
  expect(library.checkSettings(id, { [name]: fallback })).toEqual([]);
  const money = typeof fallback === 'object' && JSON.stringify(fallback).includes('about_usd');
  for (const value of [money ? { about_usd: -1 } : OUT[terms.type], money ? { by_currency: { EUR: -1 } } : isNumber ? 'many' : 7, null]) {
    expect(library.checkSettings(id, { [name]: value })).toMatchObject([{ path: expect.stringContaining(`settings.${name}`), code: expect.any(String), allowed: expect.anything(), help: expect.any(String) }]);
  }
});

test('every setting of every built-in rule says what it may be', () => {
  for (const { id, settings, allowed } of library.builtIns) expect([id, Object.keys(allowed).sort()]).toEqual([id, Object.keys(settings).sort()]);
});

test.each([
  ['velocity', { ...velocity, when: 'n > limit' }],
  ['transaction', { ...transaction, when: 'sent > limit' }],
  ['bonus', { ...bonus, when: 'amount > limit' }],
])('a %s rule of a company is refused with a setting out of what it allows, or below 0 where it does not say', (_service, definition) => {
  const allowed = { limit: { type: 'integer', unit: 'x', min: -3, max: 2 } };
  expect(library.check({ ...definition, settings: { limit: 2 }, allowed })).toMatchObject({ ok: true });
  expect(library.check({ ...definition, settings: { limit: -5 }, allowed })).toMatchObject({ ok: false, errors: [{ path: 'settings.limit', code: 'out_of_range', help: expect.stringContaining('allowed') }] });
  expect(library.check({ ...definition, settings: { limit: -5 } })).toMatchObject({ ok: false, errors: [{ path: 'settings.limit', code: 'out_of_range' }] });
  expect(library.check({ ...definition, settings: { limit: 2 }, allowed: { limit: { type: 'integer' } } })).toMatchObject({ ok: false, errors: expect.arrayContaining([expect.objectContaining({ path: 'allowed.limit.min' })]) });
});

test('every fact says what it is, in what unit, and what its parameters mean', () => {
  for (const { facts, functions } of Object.values(RULE_VOCABULARIES)) {
    expect(facts.length).toBeGreaterThan(10);
    expect(functions.length).toBeGreaterThan(3);
    for (const fact of facts) {
      expect([fact.name, fact.description, fact.unit].filter((text) => text === '')).toEqual([]);
      expect(fact.parameters.filter(({ description }) => description === '')).toEqual([]);
    }
  }
  expect(RULE_VOCABULARIES.transaction.facts.map(({ name }) => name)).toEqual(expect.arrayContaining(['count', 'series', 'travelSpeed', 'listed']));
});

test('a place in a text is told by offset, line and column', () => {
  expect(textPosition('a &&\nb', 5, 6)).toEqual({ offset: 5, length: 1, line: 2, column: 1 });
  expect(textPosition('a', 0, 1)).toEqual({ offset: 0, length: 1, line: 1, column: 1 });
});
