import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { arithmeticOfMixedNumbers, EventView, onContext } from './condition';
import { type ConditionNode, plainCondition } from './plain-condition';

const DOUBLES = ['a', 'b', 'c'];
const TYPES = new Map([...DOUBLES.map((name) => [name, 'double'] as const), ['s', 'string'], ['t', 'bool'], ['few', 'list<string>'], ['many', 'list<string>']]);
const EVENT = new Map([['amount', 'double'], ['currency', 'string']]);
const environment = arithmeticOfMixedNumbers(new Environment({ unlistedVariablesAreDyn: false }).registerType('Event', { ctor: EventView, fields: Object.fromEntries(EVENT) }))
  .registerFunction('abs(double): double', (value: number) => Math.abs(value))
  .registerVariable('event', 'Event');
for (const [name, type] of TYPES) environment.registerVariable(name, type);

/** `in` with a list of literals, some long enough to become a set, or with another list. */
function membership(one: fc.Arbitrary<string>, literal: fc.Arbitrary<string>, other: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const list = fc.oneof(fc.array(literal, { maxLength: 12, size: 'max' }).map((items) => `[${items.join(', ')}]`), other);
  return fc.tuple(one, list).map(([value, items]) => `(${value} in ${items})`);
}

const { truth } = fc.letrec<{ number: string; truth: string }>((tie) => ({
  number: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('a', 'b', 'c', 'event.amount', '1.5', '0.0', '2', '3'),
    fc.tuple(tie('number'), fc.constantFrom('+', '-', '*', '/'), tie('number')).map(([x, op, y]) => `(${x} ${op} ${y})`),
    tie('number').map((x) => `abs(${x})`),
    tie('number').map((x) => `(-${x})`),
    fc.tuple(tie('truth'), tie('number'), tie('number')).map(([when, x, y]) => `(${when} ? ${x} : ${y})`),
  ),
  truth: fc.oneof(
    { maxDepth: 4 },
    membership(fc.constantFrom('s', 'event.currency', "'x'"), fc.constantFrom("'x'", "'XOF'", "''", "'y'"), fc.constantFrom('few', 'many', '[s]')),
    membership(tie('number') as fc.Arbitrary<string>, fc.constantFrom('1.0', '-1.5', '0.0', '-0.0', '2.0', '3.25'), fc.constantFrom('[a]', '[1.0, b]')),
    fc.constantFrom('t', 'true', 'false', "s == 'x'", "event.currency != 'XOF'", 's == event.currency'),
    fc.tuple(tie('number'), fc.constantFrom('<', '<=', '>', '>=', '==', '!='), tie('number')).map(([x, op, y]) => `${x} ${op} ${y}`),
    fc.tuple(tie('truth'), fc.constantFrom('&&', '||'), tie('truth')).map(([x, op, y]) => `(${x} ${op} ${y})`),
    tie('truth').map((x) => `!(${x})`),
  ),
}));
const MANY = ['x', ...Array.from({ length: 20 }, (_, item) => `item ${item}`)];
const number = fc.oneof(fc.constantFrom(0, -0, 1, 2, 3, -1.5, Number.NaN, Infinity), fc.double());

const plainOf = (expression: string) => onContext((values) => plainCondition(environment.parse(expression).ast as unknown as ConditionNode, TYPES, EVENT, values));
const withDoubles = (expression: string): string => expression.replace(/\b([23])(?!\.)\b/g, '$1.0');

test('a plain condition says what cel-js says of every value, and is no rarer than it must be', () => {
  let plain = 0;
  let all = 0;
  fc.assert(
    fc.property(truth, fc.array(fc.tuple(number, number, number, number, fc.constantFrom('x', 'XOF', ''), fc.boolean()), { minLength: 1, maxLength: 8 }), (expression, rows) => {
      fc.pre(environment.check(expression).valid);
      const holds = plainOf(expression);
      all += 1;
      if (holds === null) return;
      plain += 1;
      // With ints among its doubles cel-js is no measure: on some sums it takes the one for the other (next test).
      const planned = environment.parse(withDoubles(expression));
      for (const [a, b, c, amount, s, t] of rows) {
        const context = { a, b, c, s, t, few: ['x', ''], many: MANY, event: Object.assign(new EventView(), { amount, currency: s === 'x' ? 'XOF' : s }) };
        expect(holds(context)).toBe(planned(context));
      }
    }),
    { numRuns: 2_000 },
  );
  expect(plain / all).toBeGreaterThan(0.3);
});

test.each(["s.startsWith('x')", 'a in [b, 2.0]', 's in [s]', '1 in [1, 2]', 't in [true]', 's in (t ? few : many)', 'size(s) > 2', '1 < 2', 'double(s) > 1.0', '[a, b].exists(x, x > 1.0)'])('%s is left to cel-js', (expression) => {
  expect(environment.check(expression).valid).toBe(true);
  expect(plainOf(expression)).toBeNull();
});

test('ints among doubles are their doubles, also where cel-js fails on them', () => {
  expect(() => environment.parse('(2 + a) + 2 > 4.5')({ a: 0 })).toThrow(/BigInt/);
  const holds = plainOf('(2 + a) + 2 > 4.5');
  expect([holds?.({ a: 0 }), holds?.({ a: 1 })]).toEqual([false, true]);
});

test('`in` follows a list that is another at the next evaluation', () => {
  const holds = plainOf('s in many');
  expect(holds?.({ s: 'x', many: MANY })).toBe(true);
  expect(holds?.({ s: 'x', many: MANY.slice(1) })).toBe(false);
  expect(holds?.({ s: 'x', many: MANY })).toBe(true);
});

test.each(['s in few', "s in ['x', 'y']", 's in []', 'a in [1.0, -1.5]', 'a in []'])('%s is plain', (expression) => {
  expect(environment.check(expression).valid).toBe(true);
  expect(plainOf(expression)).not.toBeNull();
});
