import { runExamples } from './examples';
import { parseRule } from './parse-rule';

/** A rule as a company sends it. */
const rule = {
  id: 'night-deposits',
  title: 'Night deposits',
  description: 'Many deposits.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { deposits: { fact: 'count', of: 'DEPOSIT', within: '10m' }, total: { fact: 'sum', of: 'DEPOSIT', field: 'amount', within: '1h', where: { amount: { atLeast: { setting: 'least', times: 0.5 } } } } },
  when: 'deposits > limit && total > 3 * least',
  settings: { limit: 2, least: { byCurrency: { default: 10, XOF: 5000 } } },
  outcome: { severity: 'low', score: 5 },
  examples: [
    { given: [{ type: 'DEPOSIT', amount: 6000, repeat: 3 }], then: 'alert' },
    { given: [{ type: 'DEPOSIT', amount: 5000, repeat: 3 }], then: 'silent' },
    { given: [{ type: 'DEPOSIT', amount: 5000, repeat: 3 }], settings: { least: 10 }, then: 'alert' },
  ],
};
const faults = (change: object) => {
  const parsed = parseRule({ ...rule, ...change });
  return parsed.ok ? [] : parsed.errors;
};

test('a rule that is right is taken as it is, and its examples run', () => {
  expect(parseRule(rule)).toEqual({ ok: true, rule });
  expect(runExamples(rule as never).map(({ passed }) => passed)).toEqual([true, true, true]);
});

test('an example that does not hold is told', () => {
  const wrong = { ...rule, examples: [{ name: 'two', given: [{ type: 'DEPOSIT', amount: 6000, repeat: 2 }], then: 'alert' }] };
  expect(runExamples(wrong as never)).toEqual([{ index: 0, name: 'two', expected: 'alert', actual: 'silent', passed: false }]);
});

test('every fault is told at once, by path', () => {
  const paths = faults({ id: 'Night', per: 'house', on: [], cooldown: '10y', outcome: { severity: 'grave', score: 101 }, extra: 1 }).map(({ path }) => path);
  expect(paths.sort()).toEqual(['cooldown', 'extra', 'id', 'on', 'outcome.score', 'outcome.severity', 'per']);
});

test.each([
  ['a type error', 'deposits > "two"', 'when', 'deposits > "two"'],
  ['a name that is not there', 'deposits > limits', 'when', 'limits'],
  ['an event field that is not there', 'event.colour == "red"', 'when', 'colour'],
])('%s is told with its place in the expression', (_what, when, path, part) => {
  const [fault] = faults({ when });
  expect(fault?.path).toBe(path);
  expect(when.slice(fault?.start ?? 0, fault?.end ?? 0)).toBe(part);
});

test('an expression that does not end is told where it breaks off', () => {
  expect(faults({ when: 'deposits >' })).toEqual([expect.objectContaining({ path: 'when', start: 10 })]);
});

test.each([
  ['a number', 'deposits + 1.0', /true or false/],
  ['a regular expression', '"aaaa".matches("(a+)+$")', /matches\(\) is not allowed/],
  ['loops in loops', '[1, 2].all(a, [1, 2].all(b, a > b))', /nested/],
  ['more nodes than allowed', Array.from({ length: 130 }, () => 'limit>1').join('||'), /exceed|limit|maximum|too/i],
  ['a list without end', `deposits in [${Array.from({ length: 101 }, (_n, i) => `${i}.0`).join(',')}]`, /exceed|limit|maximum|too/i],
])('%s is refused as a condition', (_what, when, message) => {
  expect(faults({ when })).toEqual([expect.objectContaining({ path: 'when', message: expect.stringMatching(message) })]);
});

test.each([
  ['within', { fact: 'count', within: '31d' }, 'facts.f.within'],
  ['an unknown fact', { fact: 'median', within: '1h' }, 'facts.f.fact'],
  ['a field that is no number', { fact: 'sum', field: 'operator', within: '1h' }, 'facts.f.field'],
  ['a field that is missing', { fact: 'distinct', within: '1h' }, 'facts.f.field'],
  ['a bound by a setting that is not there', { fact: 'count', within: '1h', where: { amount: { below: { setting: 'most' } } } }, 'facts.f.where.amount.below.setting'],
  ['a filter on an unknown field', { fact: 'count', within: '1h', where: { shoe_size: { below: 40 } } }, 'facts.f.where.shoe_size'],
  ['an event type that is not there', { fact: 'count', of: ['DEPOSIT', 'LOGIN'], within: '1h' }, 'facts.f.of[1]'],
])('%s of a fact is refused', (_what, fact, path) => {
  expect(faults({ facts: { f: fact }, when: 'f > 1' }).map((fault) => fault.path)).toEqual([path]);
});

test.each([['event'], ['true'], ['size'], ['__proto__x'], ['Fact']])('a fact cannot be named %s', (name) => {
  expect(faults({ facts: { [name]: { fact: 'count', within: '1h' } }, when: 'limit > 1' }).map((fault) => fault.path)).toEqual([`facts.${name}`]);
});

test.each([[null], [[]], ['rule'], [7], [undefined]])('%p is no rule', (input) => {
  expect(parseRule(input)).toEqual({ ok: false, errors: [{ path: '', message: 'must be an object' }] });
});
