import { CompiledRule, parseRule, runExamples } from '@stakewatch/rules';
import { BUILT_IN_RULES } from '.';

test.each(BUILT_IN_RULES.map((rule) => [rule.id, rule] as const))('%s: its examples hold', (_id, rule) => {
  expect(runExamples(rule).filter(({ passed }) => !passed)).toEqual([]);
});

test.each(BUILT_IN_RULES.map((rule) => [rule.id, rule] as const))('%s: shows both an alert and silence', (_id, rule) => {
  expect(new Set(rule.examples?.map(({ then }) => then))).toEqual(new Set(['alert', 'silent']));
});

test('ids are unique', () => {
  expect(new Set(BUILT_IN_RULES.map(({ id }) => id)).size).toBe(BUILT_IN_RULES.length);
});

test('every built-in rule is plain data: through JSON and back it is the same rule', () => {
  for (const rule of BUILT_IN_RULES) expect(parseRule(JSON.parse(JSON.stringify(rule)))).toEqual({ ok: true, rule });
});

test('no built-in rule needs cel-js for its condition: that costs five times as much, for every event', () => {
  expect(BUILT_IN_RULES.filter((rule) => !new CompiledRule(rule, 'live', 1, {}).isPlain).map(({ id }) => id)).toEqual([]);
});
