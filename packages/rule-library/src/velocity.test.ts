import { count, type RuleDefinition } from '@stakewatch/rules';
import { velocityLibrary } from './velocity';

const rule: RuleDefinition = {
  id: 'night-deposits',
  title: 'Many deposits',
  description: 'More deposits within ten minutes than a person makes.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { deposits: count({ of: 'DEPOSIT', within: '10m' }) },
  when: 'deposits > limit',
  settings: { limit: 5 },
  outcome: { severity: 'high', score: 40 },
  examples: [
    { given: [{ type: 'DEPOSIT', repeat: 5 }], then: 'silent' },
    { given: [{ type: 'DEPOSIT', repeat: 6 }], then: 'alert' },
  ],
};
const library = velocityLibrary([rule]);

test('a rule whose examples hold is valid', () => {
  expect(library.check(rule)).toMatchObject({ ok: true, examples: 2, rule: { id: 'night-deposits', severity: 'high', settings: { limit: 5 } } });
});

test('an example that does not hold is a fault of the rule', () => {
  expect(library.check({ ...rule, settings: { limit: 6 } })).toEqual({ ok: false, errors: [{ path: 'examples[1]', message: 'does not hold (example 2): expected alert, was silent' }] });
});

test('a condition that does not type-check is a fault of when', () => {
  expect(library.check({ ...rule, when: 'deposit > limit' })).toMatchObject({ ok: false, errors: [{ path: 'when', position: { offset: 0, length: 7, line: 1, column: 1 } }] });
});

test("a built-in rule's settings are checked by name and type", () => {
  expect(library.checkSettings('night-deposits', { limit: 8 })).toEqual([]);
  expect(library.checkSettings('night-deposits', { limit: 'many', speed: 1 })).toMatchObject([{ path: 'settings.limit' }, { path: 'settings.speed' }]);
});
