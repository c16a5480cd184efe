import { eventTypeCode } from './event-fields';
import type { RuleDefinition } from './rule';
import { compileRuleSet } from './rule-set';

const builtIn: RuleDefinition = { id: 'burst', version: 3, title: 'Burst', description: 'Burst.', per: 'player', on: ['DEPOSIT'], facts: { n: { fact: 'count', of: 'DEPOSIT', within: '10m' } }, when: 'n > limit', settings: { limit: 5 }, outcome: { severity: 'low', score: 1 } };
const own: RuleDefinition = { ...builtIn, id: 'own', per: 'device', on: ['WITHDRAWAL'], facts: { n: { fact: 'count', of: 'REFUND', within: '30d' } } };
const choice = { ruleId: 'burst', version: 2, mode: 'live' as const, settings: {} };

test('a built-in rule runs live with its defaults until a company says otherwise', () => {
  const [rule] = compileRuleSet([builtIn], []).timelines.player.all;
  expect([rule?.mode, rule?.version, rule?.settings]).toEqual(['live', 3, { limit: 5 }]);
});

test("a company's mode and settings are taken, and the version says that they were", () => {
  const [rule] = compileRuleSet([builtIn], [{ ...choice, mode: 'dry_run', settings: { limit: 9 } }]).timelines.player.all;
  expect([rule?.mode, rule?.version, rule?.settings]).toEqual(['dry_run', 5, { limit: 9 }]);
  expect(compileRuleSet([builtIn], [{ ...choice, mode: 'off' }]).timelines.player.all).toEqual([]);
});

test('settings that do not fit keep the default, and are told', () => {
  const set = compileRuleSet([builtIn], [{ ...choice, settings: { limit: 'many', speed: 3 } }]);
  expect(set.timelines.player.all[0]?.settings).toEqual({ limit: 5 });
  expect(set.faults.map(({ message }) => message.split(' ')[0])).toEqual(['settings.limit', 'settings.speed']);
});

test('a setting out of its range, stored by an older version, counts as not set; the others are in force', () => {
  const declared: RuleDefinition = { ...builtIn, when: 'n > limit + least', settings: { limit: 5, least: 1 }, allowed: { limit: { type: 'integer', unit: 'deposits', min: 1, max: 100 } } };
  const set = compileRuleSet([declared], [{ ...choice, settings: { limit: -5, least: 2 } }]);
  expect(set.timelines.player.all[0]?.settings).toEqual({ limit: 5, least: 2 });
  expect(set.faults).toEqual([{ ruleId: 'burst', message: 'settings.limit must be a whole number from 1 to 100 (deposits), and is -5' }]);
});

test("a company's own rule runs where its subject is; its events are re-keyed, no others", () => {
  const set = compileRuleSet([builtIn], [{ ruleId: 'own', version: 4, mode: 'live', settings: {}, definition: own }]);
  expect(set.timelines.device.all.map(({ id, version }) => [id, version])).toEqual([['own', 4]]);
  const mask = (...types: string[]) => types.reduce((sum, type) => sum | (1 << (eventTypeCode.get(type) as number)), 0);
  expect(set.signals).toEqual({ device: mask('WITHDRAWAL', 'REFUND'), phone: 0, ip: 0 });
  expect(set.timelines.device.retention).toBe(31 * 86_400_000_000);
  expect(set.timelines.player.retention).toBe(2 * 86_400_000_000);
});

test("an own rule that is not valid is left out and told; other services' rules are none of ours", () => {
  const set = compileRuleSet([], [
    { ruleId: 'own', version: 1, mode: 'live', settings: {}, definition: { ...own, when: 'n >' } },
    { ruleId: 'transaction-large', version: 1, mode: 'live', settings: { limit: 3 } },
    { ruleId: 'theirs', version: 1, mode: 'live', settings: {}, definition: { kind: 'transaction' } },
  ]);
  expect(set.timelines.device.all).toEqual([]);
  expect(set.faults.map(({ ruleId }) => ruleId)).toEqual(['own']);
});

test('events are kept for the longest window or cool-down of their rules, and a day more for those that come late', () => {
  const DAY = 86_400_000_000;
  const retention = (changes: Partial<RuleDefinition>) => compileRuleSet([{ ...builtIn, ...changes }], []).timelines.player.retention;
  expect(retention({})).toBe(2 * DAY);
  expect(retention({ facts: { n: { fact: 'count', of: 'DEPOSIT', within: '5d' } } })).toBe(6 * DAY);
  // An alert stands for the first event of its cool-down window: that must be found.
  expect(retention({ cooldown: '7d' })).toBe(8 * DAY);
});
