import type { RuleRecord } from '@stakewatch/contracts';
import type { Decision } from './decision';
import { deleteRule, listRules, putRule, type RuleLibrary, type RuleSummary, setRuleMode, setRuleSettings } from './rules';

const builtIn: RuleSummary = { id: 'deposit-burst', title: 'Deposit burst', version: 3, severity: 'high', settings: { limit: 5 }, definition: {} };
const library: RuleLibrary = {
  builtIns: [builtIn],
  check: (definition) => {
    const { id, when } = definition as { id: string; when?: string };
    return when === undefined ? { ok: false, errors: [{ path: 'when', message: 'is missing' }] } : { ok: true, examples: 0, rule: { ...builtIn, id, settings: {}, definition } };
  },
  checkSettings: (_, settings) => Object.keys(settings).filter((name) => name !== 'limit').map((name) => ({ path: `settings.${name}`, message: 'is not known' })),
};
const author = { by: 'ana', now: new Date('2026-11-21T10:00:00.000Z') };
const own = { id: 'night-owl', when: 'amount > 10' };
const written = (decision: Decision<RuleRecord>): RuleRecord => {
  if (decision.kind !== 'write') throw new Error(`expected a write, got ${JSON.stringify(decision)}`);
  return decision.record;
};

test('an own rule starts in dry run, and each put is a new version in the same mode', () => {
  const first = written(putRule(library, undefined, 'acme', own, undefined, author));
  expect(first).toMatchObject({ companyId: 'acme', ruleId: 'night-owl', version: 1, mode: 'dry_run', definition: own, updatedBy: 'ana' });
  const live = written(setRuleMode(library, first, 'acme', 'night-owl', 'live', author));
  const changed = written(putRule(library, live, 'acme', { ...own, when: 'amount > 20' }, undefined, author));
  expect(changed).toMatchObject({ version: 3, mode: 'live' });
  expect(putRule(library, changed, 'acme', changed.definition, undefined, author).kind).toBe('unchanged');
});

test('a put that expects another version is refused', () => {
  const first = written(putRule(library, undefined, 'acme', own, undefined, { ...author, expectedVersion: 0 }));
  const other = { ...own, when: 'amount > 20' };
  expect(putRule(library, first, 'acme', other, undefined, { ...author, expectedVersion: 0 })).toMatchObject({ refusal: { code: 'conflict' } });
  expect(putRule(library, first, 'acme', other, undefined, { ...author, expectedVersion: 1 }).kind).toBe('write');
});

test('a rule that fails its check, or takes the id of a built-in one, is refused', () => {
  expect(putRule(library, undefined, 'acme', { id: 'x' }, undefined, author)).toMatchObject({ refusal: { code: 'invalid', errors: [{ path: 'when' }] } });
  expect(putRule(library, undefined, 'acme', { ...own, id: 'deposit-burst' }, undefined, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'id' }] } });
});

test('a built-in rule takes a mode and settings, and delete gives its defaults back', () => {
  const off = written(setRuleMode(library, undefined, 'acme', 'deposit-burst', 'off', author));
  const tuned = written(setRuleSettings(library, off, 'acme', 'deposit-burst', { limit: 9 }, author));
  expect(tuned).toMatchObject({ version: 2, mode: 'off', settings: { limit: 9 } });
  expect(tuned.definition).toBeUndefined();
  expect(written(setRuleSettings(library, tuned, 'acme', 'deposit-burst', { limit: null }, author)).settings).toEqual({});
  expect(setRuleSettings(library, tuned, 'acme', 'deposit-burst', { speed: 1 }, author)).toMatchObject({ refusal: { errors: [{ path: 'settings.speed' }] } });
  expect(setRuleMode(library, undefined, 'acme', 'deposit-burst', 'live', author).kind).toBe('unchanged');
  expect(deleteRule(library, tuned, 'deposit-burst', author)).toEqual({ kind: 'remove' });
  expect(deleteRule(library, undefined, 'deposit-burst', author)).toMatchObject({ refusal: { code: 'not_found' } });
});

test('the list shows built-in rules as the company set them, then its own, and no other company', () => {
  const records = [
    written(setRuleSettings(library, undefined, 'acme', 'deposit-burst', { limit: 9 }, author)),
    written(putRule(library, undefined, 'acme', own, undefined, author)),
    written(putRule(library, undefined, 'zenith', { ...own, id: 'other' }, undefined, author)),
  ];
  expect(listRules(library, records, 'acme').map(({ ruleId, origin, mode, version, settings }) => [ruleId, origin, mode, version, settings])).toEqual([
    ['deposit-burst', 'built-in', 'live', 1, { limit: 9 }],
    ['night-owl', 'own', 'dry_run', 1, {}],
  ]);
  expect(listRules(library, [], 'zenith')).toMatchObject([{ ruleId: 'deposit-burst', version: 0, updatedBy: null }]);
});
