import { CompiledRule } from './compiled-rule';
import { exampleEvents } from './examples';
import type { FactDefinition } from './facts';
import type { ExampleEvent } from './rule';
import { SubjectState } from './subject-state';
import { packEvent } from './packed-event';

/** The value of a fact on the last of the events given. */
function factOn(fact: FactDefinition, given: readonly ExampleEvent[]): number {
  const rule = new CompiledRule({ id: 'f-f', title: 'f', description: 'f', per: 'player', on: ['DEPOSIT'], facts: { f: fact }, when: 'f > 0', outcome: { severity: 'low', score: 0 } }, 'live', 1, {});
  const { timeline } = exampleEvents(given).reduce((state, event) => (state.insert(packEvent(event)), state), new SubjectState());
  return rule.facts[0]?.plan.value(timeline, timeline.length - 1) as number;
}
const amounts = (...values: number[]): ExampleEvent[] => values.map((amount) => ({ type: 'DEPOSIT', amount }));
const BIG = 90_071_992_547_409;

test('a window is open at its start and closed at its end', () => {
  expect(factOn({ fact: 'count', within: '1m' }, [{ type: 'DEPOSIT' }, { type: 'DEPOSIT', after: '1m' }])).toBe(1);
  expect(factOn({ fact: 'count', within: '1m' }, [{ type: 'DEPOSIT' }, { type: 'DEPOSIT', after: '59s' }])).toBe(2);
});

test('sums past 2^53 are rounded once, not at every step', () => {
  const values = [BIG, ...Array.from({ length: 200 }, () => BIG), 1, 1, 1];
  expect(factOn({ fact: 'sum', field: 'amount', within: '1d' }, amounts(...values))).toBe(Number(values.reduce((sum, value) => sum + BigInt(value), 0n)));
});

test('the deviation of equal large amounts is exactly nothing, and of neighbours exactly a half', () => {
  expect(factOn({ fact: 'deviation', field: 'amount', within: '1d' }, amounts(BIG, BIG, BIG))).toBe(0);
  expect(factOn({ fact: 'deviation', field: 'amount', within: '1d' }, amounts(BIG, BIG - 1))).toBe(0.5);
});

test.each<[FactDefinition['fact'], number]>([['max', Number.NaN], ['min', Number.NaN], ['mean', Number.NaN], ['deviation', Number.NaN], ['sum', 0]])('%s of nothing', (fact, value) => {
  expect(factOn({ fact: fact as 'sum', field: 'amount', of: 'JACKPOT', within: '1d' }, amounts(1, 2))).toBe(value);
});

test('time since, streaks and ages', () => {
  expect(factOn({ fact: 'timeSince', of: 'WITHDRAWAL', within: '1h' }, [{ type: 'WITHDRAWAL' }, { type: 'DEPOSIT', after: '90s' }])).toBe(90);
  expect(factOn({ fact: 'timeSince', of: 'WITHDRAWAL', within: '1h' }, [{ type: 'DEPOSIT' }])).toBe(Infinity);
  expect(factOn({ fact: 'streak', of: 'BET_WON', until: 'BET_LOST', within: '1d' }, [{ type: 'BET_WON' }, { type: 'BET_LOST' }, { type: 'BET_WON' }, { type: 'DEPOSIT' }, { type: 'BET_WON' }])).toBe(2);
  expect(factOn({ fact: 'streakOdds', of: 'BET_WON', until: 'BET_LOST', within: '1d' }, [{ type: 'BET_WON', game_odds: 2 }, { type: 'BET_WON' }, { type: 'BET_WON', game_odds: 3 }])).toBe(6);
  expect(factOn({ fact: 'age' }, [{ type: 'DEPOSIT' }, { type: 'DEPOSIT', after: '2h' }])).toBe(7200);
});

test('money is counted in the currency of the event at hand, other things in all', () => {
  const given: ExampleEvent[] = [{ type: 'DEPOSIT', amount: 5, currency: 'EUR' }, { type: 'DEPOSIT', amount: 7 }, { type: 'DEPOSIT', amount: 11, currency: 'EUR' }];
  expect(factOn({ fact: 'sum', field: 'amount', within: '1h' }, given)).toBe(16);
  expect(factOn({ fact: 'count', within: '1h' }, given)).toBe(3);
  expect(factOn({ fact: 'count', within: '1h', where: { amount: { above: 0 } } }, given)).toBe(2);
});
