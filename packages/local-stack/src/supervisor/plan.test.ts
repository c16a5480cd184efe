import * as fc from 'fast-check';
import { type PlannedStep, parseOnly, startOrder, stopRounds } from './plan';

const step = (name: string, needs: readonly string[] = [], kind: PlannedStep['kind'] = 'process'): PlannedStep => ({ name, needs, kind });
const STACK = [
  step('gateway', ['schema-registry', 'redis', 'companies']),
  step('companies', ['topics'], 'task'),
  step('schema-registry', ['topics']),
  step('topics', ['kafka'], 'task'),
  step('kafka'),
  step('redis'),
];
const names = (steps: readonly PlannedStep[]) => steps.map(({ name }) => name);

describe('start order', () => {
  test('each step comes after all it needs', () => {
    const order = names(startOrder(STACK, null));
    for (const { name, needs } of STACK) for (const need of needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(name));
    expect(order).toHaveLength(STACK.length);
  });

  test('with --only, those processes and the tasks whose needs all run', () => {
    expect(names(startOrder(STACK, ['kafka', 'gateway'])).sort()).toEqual(['companies', 'gateway', 'kafka', 'topics']);
    expect(names(startOrder(STACK, ['redis', 'gateway']))).toEqual(['redis', 'gateway']);
  });

  test('a circle is refused', () => {
    expect(() => startOrder([step('a', ['b']), step('b', ['a'])], null)).toThrow('these need each other: a, b');
  });

  test('holds for any plan without circles', () => {
    const plans = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { maxLength: 12 }).map((all) => all.map((needs, at) => step(`s${at}`, at === 0 ? [] : needs.map((need) => `s${need % at}`))));
    fc.assert(
      fc.property(plans, (plan) => {
        const order = names(startOrder([...plan].reverse(), null));
        return order.length === plan.length && plan.every(({ name, needs }) => needs.every((need) => order.indexOf(need) < order.indexOf(name)));
      }),
    );
  });
});

test('the end comes in rounds: nothing ends before what needs it, through tasks too', () => {
  const rounds = stopRounds(startOrder(STACK, null)).map(names);
  const roundOf = (name: string) => rounds.findIndex((round) => round.includes(name));
  expect(roundOf('gateway')).toBeLessThan(roundOf('kafka'));
  expect(roundOf('gateway')).toBeLessThan(roundOf('redis'));
  expect(rounds.flat().sort()).toEqual(['gateway', 'kafka', 'redis', 'schema-registry']);
});

describe('--only', () => {
  test('takes names and their short forms', () => {
    expect(parseOnly('kafka, registry,redis', STACK)).toEqual(['kafka', 'schema-registry', 'redis']);
  });

  test.each(['kafka,zookeeper', 'topics', ''])('refuses %j and names the parts', (text) => {
    expect(() => parseOnly(text, STACK)).toThrow('the parts are gateway, schema-registry, kafka, redis');
  });
});
