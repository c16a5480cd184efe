import fc from 'fast-check';
import type { EventType } from '@stakewatch/contracts';
import { exampleEvents } from './examples';
import { FactPlan } from './fact-plan';
import type { FactDefinition } from './facts';
import type { ExampleEvent } from './rule';
import { SubjectState } from './subject-state';
import { packEvent } from './packed-event';

const TYPES: readonly EventType[] = ['DEPOSIT', 'BET_PLACED', 'BET_WON', 'BET_LOST'];
const BIG = 67_108_865;
const event = fc.record({
  type: fc.constantFrom(...TYPES),
  after: fc.constantFrom('0s', '0s', '1s', '40s', '20m'),
  amount: fc.oneof(fc.nat(500), fc.constant(BIG), fc.constant(90_071_992_547_409)),
  currency: fc.constantFrom('XOF', 'XOF', 'XOF', 'EUR'),
  ip_address: fc.constantFrom('198.51.100.1', '198.51.100.2', '198.51.100.3'),
  session_id: fc.constantFrom('one', 'two'),
});
const FACTS: readonly FactDefinition[] = [
  { fact: 'count', within: '1h' },
  { fact: 'count', of: 'DEPOSIT', within: '5m', where: { amount: { below: { setting: 'limit' } } } },
  { fact: 'count', within: '1d', where: { ip_address: { same: true } } },
  { fact: 'sum', field: 'amount', of: ['DEPOSIT', 'BET_PLACED'], within: '1h' },
  { fact: 'sum', field: 'amount', within: '1h', where: { amount: { below: 1_000 } } },
  { fact: 'mean', field: 'amount', within: '1d', excludingThis: true },
  { fact: 'deviation', field: 'amount', within: '1d', where: { amount: { atMost: BIG } } },
  { fact: 'deviation', field: 'amount', within: '1h', excludingThis: true, where: { amount: { atMost: 500 } } },
  { fact: 'distinct', field: 'ip_address', within: '20m' },
  { fact: 'timeSince', of: 'BET_LOST', within: '1h' },
  { fact: 'streak', of: 'BET_WON', until: 'BET_LOST', within: '1d' },
  { fact: 'max', field: 'amount', within: '1h' },
];
const plan = (fact: FactDefinition, perSession: boolean) => new FactPlan(fact, { limit: { byCurrency: { XOF: 300, EUR: 30, default: 30 } } }, perSession);
const stateOf = (given: readonly ExampleEvent[]) => exampleEvents(given).reduce((state, one) => (state.insert(packEvent(one)), state), new SubjectState());

test('a row of evaluations along a timeline gives what each gives alone, whatever comes in between', () => {
  fc.assert(
    fc.property(fc.array(event, { minLength: 60, maxLength: 160 }), fc.constantFrom(...FACTS), fc.boolean(), fc.array(fc.nat(159), { maxLength: 4 }), (given, fact, perSession, jumps) => {
      const { timeline } = stateOf(given);
      const row = plan(fact, perSession);
      const order = [...given.keys(), ...jumps.flatMap((at) => [at, at + 1, at + 2]).filter((at) => at < given.length)];
      for (const index of order) expect(row.value(timeline, index)).toBe(plan(fact, perSession).value(timeline, index));
    }),
    { numRuns: 300 },
  );
});

test('events that come in at the end or in between while a row is under way are counted', () => {
  const events = exampleEvents(Array.from({ length: 120 }, (_, n) => ({ type: 'DEPOSIT' as const, amount: n, after: '1s' })));
  const early = events.filter((_, n) => n !== 70 && n < 110);
  const state = new SubjectState();
  const row = plan({ fact: 'sum', field: 'amount', within: '1h' }, false);
  const all = () => Array.from({ length: state.timeline.length }, (_, index) => row.value(state.timeline, index));
  const alone = () => Array.from({ length: state.timeline.length }, (_, index) => plan({ fact: 'sum', field: 'amount', within: '1h' }, false).value(state.timeline, index));
  for (const one of early) state.insert(packEvent(one));
  expect(all()).toEqual(alone());
  for (const one of [events[70], ...events.slice(110)]) {
    if (one) state.insert(packEvent(one));
    expect(row.value(state.timeline, state.timeline.length - 1)).toBe(alone().at(-1));
  }
  expect(all()).toEqual(alone());
});
