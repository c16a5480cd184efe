import type { RuleRecord } from '@stakewatch/contracts';
import { BUILT_IN_RULES } from '../rules';
import { change, signal, T0 } from '../testing/values';
import { parseBonusRule } from './parse-rule';
import { checkRule } from './rule';
import { HOUR } from './time';
import { type BonusTryInput, tryBonusRule } from './try-rule';

const own = {
  kind: 'bonus',
  id: 'big-bonus',
  title: 'Big bonus',
  on: ['activated', 'BET_PLACED'],
  when: 'amount > limit && bets < 2.0',
  settings: { limit: 50 },
  outcome: { severity: 'high', score: 120, alert: true },
  examples: [
    { given: { amount: 60 }, then: 'match' },
    { given: { amount: 50 }, then: 'silent' },
  ],
};
const activated: BonusTryInput = { kind: 'change', change: change('p1', 'activated', T0, {}, { txnId: 'try-1' }) };
const bet: BonusTryInput = { kind: 'event', signal: signal('p1', T0 + HOUR, { amount: 7 }) };
const run = (more: object = {}) => {
  const trial = tryBonusRule({ companyId: 'acme', definition: own, settings: {}, records: [], inputs: [activated, bet, activated], ...more });
  if (!trial.ok) throw new Error(JSON.stringify(trial.errors));
  return trial.tried;
};

test('each change says whether the rule fired, its facts with their windows, and the whole answer; an event says it for each bonus', () => {
  const [first, second, third] = run();
  expect(first).toMatchObject({
    status: 'judged',
    fired: true,
    evaluations: [{ player: 'p1', bonusId: 'welcome', fired: true, score: 120, error: null, facts: [{ name: 'amount', value: 80, windowStart: null, windowEnd: null }, { name: 'bets', value: 0, windowStart: T0, windowEnd: T0 }] }],
    answer: { score: 120, review: { reviewResult: { reviewAnswer: 'RED' } }, scoringResult: { matchedRules: [{ id: 'big-bonus', mode: 'live' }] } },
    alerts: [{ rule_id: 'big-bonus', status: 'open', score: 100 }],
  });
  expect(second).toMatchObject({ status: 'judged', fired: true, answer: null, evaluations: [{ facts: [{ name: 'amount' }, { name: 'bets', value: 1, windowEnd: T0 + HOUR }] }], alerts: [] });
  expect(third).toMatchObject({ status: 'duplicate', answer: { score: 120 } });
});

test('settings stand over the rule; an impossible change is rejected; events without a bonus are evidence', () => {
  expect(run({ settings: { limit: 90 } })[0]).toMatchObject({ fired: false, answer: { score: 0 } });
  expect(run({ settings: { score: 7 } })[0]).toMatchObject({ answer: { score: 7 } });
  expect(run({ inputs: [bet, { kind: 'change', change: change('p1', 'finished', T0) }] })).toMatchObject([{ status: 'observed', fired: false, evaluations: [] }, { status: 'rejected', refusal: { path: 'gamblingBonusChangeInfo.status' } }]);
});

test("the company's other rules decide beside it, as it has set them; a built-in rule is tried with other settings", () => {
  const record = (more: Partial<RuleRecord>): RuleRecord => ({ companyId: 'acme', ruleId: 'bonus-amount-over-max', version: 1, mode: 'live', settings: {}, updatedAt: '', updatedBy: '', ...more });
  const over: BonusTryInput = { kind: 'change', change: change('p2', 'activated', T0, { maxBonusAmount: 10 }) };
  expect(run({ inputs: [over] })[0]?.answer?.scoringResult.matchedRules.map(({ id }) => id)).toEqual(['bonus-amount-over-max', 'big-bonus']);
  expect(run({ inputs: [over], records: [record({ mode: 'off' })] })[0]?.answer?.scoringResult.matchedRules.map(({ id }) => id)).toEqual(['big-bonus']);
  const builtIn = BUILT_IN_RULES.find(({ id }) => id === 'bonus-amount-over-max');
  expect(run({ definition: builtIn, settings: { score: 33 }, inputs: [over] })[0]).toMatchObject({ fired: true, answer: { score: 33 } });
});

test('a condition that fails on its values counts as silent and says why', () => {
  expect(run({ definition: { ...own, when: 'int(status) > 1', examples: [] } })[0]).toMatchObject({ fired: false, evaluations: [{ fired: false, error: expect.stringMatching(/int/) }], answer: { score: 0 } });
});

test('every built-in rule reads as data', () => {
  for (const rule of BUILT_IN_RULES) expect(parseBonusRule(JSON.parse(JSON.stringify(rule)))).toMatchObject({ ok: true });
});

test.each<[object, string]>([
  [{ on: 'activated' }, 'on'],
  [{ on: ['DEPOSIT'] }, 'on[0]'],
  [{ when: 'amount >' }, 'when'],
  [{ when: 'amount' }, 'when'],
  [{ when: 'event.amount > 1.0' }, 'when'],
  [{ when: 5 }, 'when'],
  [{ settings: { amount: 1 } }, 'settings.amount'],
  [{ settings: { event: 1 } }, 'settings.event'],
  [{ settings: { limit: null } }, 'settings.limit'],
  [{ settings: JSON.parse('{"__proto__":1}') as object }, 'settings.__proto__'],
  [{ settings: [] }, 'settings'],
  [{ outcome: null }, 'outcome'],
  [{ outcome: { severity: 'grave', score: 1 } }, 'outcome.severity'],
  [{ outcome: { severity: 'low', score: -1 } }, 'outcome.score'],
  [{ outcome: { severity: 'low', score: 1, action: 'jail' } }, 'outcome.action'],
  [{ examples: [{ given: { colour: 1 }, then: 'match' }] }, 'examples.0.given.colour'],
  [{ examples: [{ given: { constructor: 1 }, then: 'match' }] }, 'examples.0.given.constructor'],
  [{ examples: [{ given: { amount: 'much' }, then: 'match' }] }, 'examples.0.given.amount'],
  [{ examples: [{ given: { amount: 1 }, settings: { speed: 1 }, then: 'match' }] }, 'examples.0.settings.speed'],
  [{ kind: 'velocity' }, 'kind'],
  [{ more: 1 }, 'more'],
])('a rule with %j is refused at %s', (more, path) => {
  expect(checkRule({ ...own, ...more }, 'live', 1)).toMatchObject({ ok: false });
  expect(tryBonusRule({ companyId: 'acme', definition: { ...own, ...more }, settings: {}, records: [], inputs: [] })).toMatchObject({ ok: false, errors: expect.arrayContaining([expect.objectContaining({ path })]) });
});

test('an example that does not hold refuses the check, naming it and what it gave; a try goes on without', () => {
  const wrong = { ...own, examples: [{ name: 'small', given: { amount: 1 }, then: 'match' }] };
  expect(checkRule(wrong, 'live', 1)).toMatchObject({ ok: false, errors: [{ path: 'examples.0', message: 'does not hold (small): expected match, was silent' }] });
  expect(run({ definition: wrong })[0]).toMatchObject({ fired: true });
});

test.each([null, 5, 'rule', [], undefined])('%j is no rule', (definition) => expect(parseBonusRule(definition).ok).toBe(false));

test.each<[Record<string, unknown>, string]>([
  [{ speed: 1 }, 'settings.speed'],
  [{ limit: 'many' }, 'settings.limit'],
  [{ score: -5 }, 'settings.score'],
  [JSON.parse('{"__proto__":{"limit":1}}') as Record<string, unknown>, 'settings.__proto__'],
  [{ constructor: 1 }, 'settings.constructor'],
])('settings %j are refused at %s', (settings, path) => expect(tryBonusRule({ companyId: 'acme', definition: own, settings, records: [], inputs: [] })).toMatchObject({ ok: false, errors: [{ path }] }));
