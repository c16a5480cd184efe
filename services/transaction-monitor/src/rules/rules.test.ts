import { ACTIVITY_CODES, WINNING_ORDER } from '../engine/codes';
import { runExamples } from '../engine/examples';
import { TRANSACTION_RULES } from './index';

const withExamples = TRANSACTION_RULES.filter(({ examples }) => (examples ?? []).length > 0);

describe.each(withExamples.map((rule) => [rule.id, rule] as const))('%s', (_id, rule) => {
  test.each(runExamples(rule, TRANSACTION_RULES).map((result) => [result.index, result.name ?? '', result] as const))('example %i %s', (_index, _name, { expected, got }) => expect(got).toBe(expected));

  test('has an example on which it holds, and one on which it is silent, unless it always holds', () => {
    const outcomes = new Set(rule.examples?.map(({ then }) => then));
    expect([...outcomes].sort()).toEqual(rule.when === 'true' ? ['holds'] : ['holds', 'silent']);
  });
});

test('every code of the document has a rule, and the codes have one order', () => {
  const codes = new Set<number>(TRANSACTION_RULES.map(({ outcome }) => outcome.code));
  expect([...codes].sort()).toEqual(Object.keys(ACTIVITY_CODES).map(Number).sort());
  expect([...WINNING_ORDER].sort()).toEqual(Object.keys(ACTIVITY_CODES).map(Number).sort());
});

test('ids are unique, and safe codes add nothing to the fraud percentage', () => {
  expect(new Set(TRANSACTION_RULES.map(({ id }) => id)).size).toBe(TRANSACTION_RULES.length);
  for (const { outcome } of TRANSACTION_RULES) if (outcome.code < 450) expect(outcome.score).toBe(0);
});
