import { exampleEvents, runExamples } from './examples';
import { FactPlan } from './fact-plan';
import { parseRule } from './parse-rule';
import type { RuleDefinition } from './rule';
import { tryRule } from './try-rule';

const rule: RuleDefinition = {
  id: 'burst',
  title: 'Burst',
  description: 'Burst.',
  per: 'player',
  on: ['DEPOSIT'],
  facts: { deposits: { fact: 'count', of: 'DEPOSIT', within: '10m' }, bets: { fact: 'count', of: 'BET_PLACED', within: '1h' } },
  when: 'deposits > limit',
  settings: { limit: 2 },
  outcome: { severity: 'low', score: 5 },
  examples: [{ given: [{ type: 'DEPOSIT', repeat: 3 }], then: 'alert' }],
};
const events = exampleEvents([{ type: 'BET_PLACED' }, { type: 'DEPOSIT', repeat: 4 }]);

test('each event says whether the rule fired, with its facts and their windows; one alert opens', () => {
  const tried = tryRule(rule, {}, events);
  expect(tried.map(({ status, fired, alerts }) => [status, fired, alerts.length])).toEqual([['counted', false, 0], ['judged', false, 0], ['judged', false, 0], ['judged', true, 1], ['judged', true, 0]]);
  const third = events[3] as (typeof events)[0];
  expect(tried[3]?.facts).toEqual([
    { name: 'deposits', value: 3, window_start: third.event_timestamp - 600_000_000, window_end: third.event_timestamp, truncated: false },
    { name: 'bets', value: 1, window_start: third.event_timestamp - 3_600_000_000, window_end: third.event_timestamp, truncated: false },
  ]);
  expect(tried[3]?.alerts[0]).toMatchObject({ status: 'open', revision: 1, eventUuid: third.uuid, eventCount: 4, facts: tried[3]?.facts });
});

test('settings stand in for the defaults; the same event again and one without subject say so', () => {
  expect(tryRule(rule, { limit: 3 }, events).map(({ fired }) => fired)).toEqual([false, false, false, false, true]);
  const [bet] = events as [(typeof events)[0]];
  expect(tryRule(rule, {}, [bet, bet]).map(({ status }) => status)).toEqual(['counted', 'duplicate']);
  expect(tryRule({ ...rule, per: 'device' }, {}, [{ ...bet, device_id: null }])).toMatchObject([{ status: 'no_subject', subject: null, fired: false }]);
});

test('a condition that fails on its values counts as silent and says why', () => {
  const fails = { ...rule, when: 'int(event.player_id) > 1' };
  expect(tryRule(fails, {}, events.slice(1, 2))).toMatchObject([{ status: 'judged', fired: false, error: expect.stringMatching(/int/) }]);
});

test('what an example says and what a try says are the same', () => {
  expect(runExamples(rule)).toMatchObject([{ passed: true }]);
  expect(tryRule(rule, {}, exampleEvents(rule.examples?.[0]?.given ?? [])).some(({ alerts }) => alerts.length > 0)).toBe(true);
});

test('a condition whose loops take too long is refused, and so are examples without end', () => {
  const list = `[${Array.from({ length: 100 }, (_, at) => `${at}.0`).join(', ')}]`;
  const long = `${list}.all(x, ${Array.from({ length: 30 }, () => 'x < deposits').join(' && ')})`;
  expect(parseRule({ ...rule, when: long })).toMatchObject({ ok: false, errors: [{ path: 'when', message: expect.stringMatching(/steps|node|exceed/i) }] });
  expect(parseRule({ ...rule, when: '[1.0, 2.0].exists(x, deposits > x)' }).ok).toBe(true);
  expect(parseRule({ ...rule, examples: [{ given: Array.from({ length: 11 }, () => ({ type: 'DEPOSIT', repeat: 1000 })), then: 'alert' }] })).toMatchObject({ ok: false, errors: [{ path: 'examples' }] });
});

test('a fact is computed once for each event, however often the condition names it', () => {
  const spy = jest.spyOn(FactPlan.prototype, 'value');
  try {
    // Twice for each of four deposits: for the condition, and for what the event's facts are told as.
    tryRule({ ...rule, when: '[1.0, 2.0, 3.0].exists(x, deposits > 100.0 * x) || deposits + deposits > 100.0', settings: {} }, {}, events.slice(1));
    expect(spy.mock.results.length).toBeLessThanOrEqual(4 * 2 * 2);
    expect(new Set(spy.mock.results.map(({ value }) => value as number))).toEqual(new Set([0, 1, 2, 3, 4]));
  } finally {
    spy.mockRestore();
  }
});
