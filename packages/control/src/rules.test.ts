import type { RuleRecord } from '@stakewatch/contracts';
import type { Decision } from './decision';
import fc from 'fast-check';
import { changeRule, deleteRule, findRule, listRules, MAX_OWN_RULES, MAX_RULE_IDS, putRule, type RuleLibrary, type RuleSummary } from './rules';

const builtIn: RuleSummary = { service: 'velocity', id: 'deposit-burst', title: 'Deposit burst', version: 3, severity: 'high', settings: { limit: 5 }, allowed: { limit: { type: 'integer', min: 1, max: 100 } }, definition: {} };
const library: RuleLibrary = {
  builtIns: [builtIn],
  check: (definition) => {
    const { id, when } = definition as { id: string; when?: string };
    const { kind } = definition as { kind?: 'bonus' };
    return when === undefined ? { ok: false, errors: [{ path: 'when', message: 'is missing' }] } : { ok: true, examples: 0, rule: { ...builtIn, service: kind ?? 'velocity', id, settings: {}, allowed: {}, definition } };
  },
  describe: (definition) => ({ ...builtIn, ...(definition as { id: string; kind?: 'bonus' }), service: (definition as { kind?: 'bonus' }).kind ?? 'velocity', settings: {}, allowed: {}, definition }),
  checkSettings: (_, settings) => Object.entries(settings).filter(([name, value]) => name !== 'limit' || Number(value) < 1).map(([name]) => ({ path: `settings.${name}`, message: 'does not fit' })),
};
const author = { by: 'ana', now: new Date('2026-11-21T10:00:00.000Z') };
const none = { own: 0, ids: 0 };
const full = { own: MAX_OWN_RULES, ids: MAX_OWN_RULES };
const own = { id: 'night-owl', when: 'amount > 10' };
const written = (decision: Decision<RuleRecord>): RuleRecord => {
  if (decision.kind !== 'write') throw new Error(`expected a write, got ${JSON.stringify(decision)}`);
  return decision.record;
};

test('an own rule starts in dry run, and each put is a new version in the same mode', () => {
  const first = written(putRule(library, undefined, 'acme', library.check(own), undefined, none, author));
  expect(first).toMatchObject({ companyId: 'acme', ruleId: 'night-owl', version: 1, mode: 'dry_run', definition: own, updatedBy: 'ana' });
  const live = written(changeRule(library, first, 'acme', 'night-owl', { mode: 'live' }, author));
  const changed = written(putRule(library, live, 'acme', library.check({ ...own, when: 'amount > 20' }), undefined, none, author));
  expect(changed).toMatchObject({ version: 3, mode: 'live' });
  expect(putRule(library, changed, 'acme', library.check(changed.definition), undefined, none, author).kind).toBe('unchanged');
});

test('a put that expects another version is refused', () => {
  const first = written(putRule(library, undefined, 'acme', library.check(own), undefined, none, { ...author, expectedVersion: 0 }));
  const other = { ...own, when: 'amount > 20' };
  expect(putRule(library, first, 'acme', library.check(other), undefined, none, { ...author, expectedVersion: 0 })).toMatchObject({ refusal: { code: 'conflict' } });
  expect(putRule(library, first, 'acme', library.check(other), undefined, none, { ...author, expectedVersion: 1 }).kind).toBe('write');
});

test('a rule that fails its check, or takes the id of a built-in one, is refused', () => {
  expect(putRule(library, undefined, 'acme', library.check({ id: 'x' }), undefined, none, author)).toMatchObject({ refusal: { code: 'invalid', errors: [{ path: 'when' }] } });
  expect(putRule(library, undefined, 'acme', library.check({ ...own, id: 'deposit-burst' }), undefined, none, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'id' }] } });
});

test('a rule with half a character is refused, by its place', () => {
  expect(putRule(library, undefined, 'acme', library.check({ ...own, outcome: { tags: ['\ud83d'] } }), undefined, none, author)).toMatchObject({ refusal: { code: 'invalid', errors: [{ path: 'definition.outcome.tags.0' }] } });
});

test('a built-in rule takes a mode and settings, and delete gives its defaults back', () => {
  const off = written(changeRule(library, undefined, 'acme', 'deposit-burst', { mode: 'off' }, author));
  const tuned = written(changeRule(library, off, 'acme', 'deposit-burst', { settings: { limit: 9 } }, author));
  expect(tuned).toMatchObject({ version: 2, mode: 'off', settings: { limit: 9 } });
  expect(tuned.definition).toBeUndefined();
  expect(written(changeRule(library, tuned, 'acme', 'deposit-burst', { settings: { limit: null } }, author)).settings).toEqual({});
  expect(changeRule(library, tuned, 'acme', 'deposit-burst', { settings: { speed: 1 } }, author)).toMatchObject({ refusal: { errors: [{ path: 'settings.speed' }] } });
  expect(changeRule(library, undefined, 'acme', 'deposit-burst', { mode: 'live' }, author).kind).toBe('unchanged');
  const gone = written(deleteRule(library, tuned, 'deposit-burst', author));
  expect(gone).toMatchObject({ version: 3, mode: 'live', settings: {} });
  expect(findRule(library, gone, 'deposit-burst')).toMatchObject({ version: 3, mode: 'live', settings: { limit: 5 } });
  expect(deleteRule(library, gone, 'deposit-burst', author)).toMatchObject({ refusal: { code: 'not_found' } });
  expect(written(changeRule(library, gone, 'acme', 'deposit-burst', { settings: { limit: 7 } }, { ...author, expectedVersion: 3 }))).toMatchObject({ version: 4, settings: { limit: 7 } });
  expect(deleteRule(library, undefined, 'deposit-burst', author)).toMatchObject({ refusal: { code: 'not_found' } });
});

test('the list shows built-in rules as the company set them, then its own, and no other company', () => {
  const records = [
    written(changeRule(library, undefined, 'acme', 'deposit-burst', { settings: { limit: 9 } }, author)),
    written(putRule(library, undefined, 'acme', library.check(own), undefined, none, author)),
    written(putRule(library, undefined, 'zenith', library.check({ ...own, id: 'other' }), undefined, none, author)),
  ];
  expect(listRules(library, records, 'acme').map(({ ruleId, origin, mode, version, settings }) => [ruleId, origin, mode, version, settings])).toEqual([
    ['deposit-burst', 'built-in', 'live', 1, { limit: 9 }],
    ['night-owl', 'own', 'dry_run', 1, {}],
  ]);
  expect(listRules(library, [], 'zenith')).toMatchObject([{ ruleId: 'deposit-burst', version: 0, updatedBy: null }]);
});

test("an own rule's settings, another kind under its id, a word of the API's paths and one rule too many are refused", () => {
  const first = written(putRule(library, undefined, 'acme', library.check(own), undefined, none, author));
  expect(changeRule(library, first, 'acme', 'night-owl', { settings: { limit: 1 } }, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'settings' }] } });
  expect(putRule(library, first, 'acme', library.check({ ...own, kind: 'bonus' }), undefined, none, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'kind' }] } });
  expect(putRule(library, undefined, 'acme', library.check({ ...own, id: 'facts' }), undefined, none, author)).toMatchObject({ refusal: { code: 'invalid', errors: [{ path: 'id' }] } });
  expect(putRule(library, undefined, 'acme', library.check(own), undefined, full, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'id' }] } });
  expect(putRule(library, first, 'acme', library.check({ ...own, when: 'x' }), undefined, full, author).kind).toBe('write');
});

test('mode and settings change in one version; a setting without a rule has no mode', () => {
  expect(written(changeRule(library, undefined, 'acme', 'deposit-burst', { mode: 'dry_run', settings: { limit: 7 } }, author))).toMatchObject({ version: 1, mode: 'dry_run', settings: { limit: 7 } });
  const withSetting: RuleLibrary = { ...library, builtIns: [{ ...builtIn, settingsOnly: true }] };
  expect(changeRule(withSetting, undefined, 'acme', 'deposit-burst', { mode: 'off' }, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'mode' }] } });
  expect(changeRule(library, undefined, 'acme', 'nothing', { mode: 'off' }, author)).toMatchObject({ refusal: { code: 'not_found' } });
});

test('one rule is found as the company has it; a record whose built-in rule is gone is none', () => {
  const first = written(putRule(library, undefined, 'acme', library.check(own), undefined, none, author));
  expect(findRule(library, first, 'night-owl')).toMatchObject({ origin: 'own', service: 'velocity', version: 1 });
  expect(findRule(library, undefined, 'deposit-burst')).toMatchObject({ origin: 'built-in', version: 0, mode: 'live' });
  expect(findRule(library, undefined, 'night-owl')).toBeUndefined();
  const { definition: _gone, ...leftover } = first;
  expect(findRule(library, leftover, 'night-owl')).toBeUndefined();
  expect(listRules(library, [leftover], 'acme').map(({ ruleId }) => ruleId)).toEqual(['deposit-burst']);
});

test('an own rule that was deleted is there no more; put again it is new, and its versions go on', () => {
  const first = written(putRule(library, undefined, 'acme', library.check(own), 'live', none, author));
  const gone = written(deleteRule(library, first, 'night-owl', { ...author, expectedVersion: 1 }));
  expect(gone).toEqual({ companyId: 'acme', ruleId: 'night-owl', version: 2, mode: 'live', settings: {}, updatedAt: author.now.toISOString(), updatedBy: 'ana' });
  expect(findRule(library, gone, 'night-owl')).toBeUndefined();
  expect(listRules(library, [gone], 'acme').map(({ ruleId }) => ruleId)).toEqual(['deposit-burst']);
  expect(deleteRule(library, gone, 'night-owl', author)).toMatchObject({ refusal: { code: 'not_found' } });
  expect(changeRule(library, gone, 'acme', 'night-owl', { mode: 'live' }, author)).toMatchObject({ refusal: { code: 'not_found' } });
  const again = library.check({ ...own, when: 'amount > 20' });
  expect(putRule(library, gone, 'acme', again, undefined, none, { ...author, expectedVersion: 2 })).toMatchObject({ refusal: { code: 'conflict' } });
  expect(written(putRule(library, gone, 'acme', again, undefined, none, { ...author, expectedVersion: 0 }))).toMatchObject({ version: 3, mode: 'dry_run', definition: again.ok && again.rule.definition });
  // The very rule that was deleted is a change, too; and it may be of another kind.
  expect(written(putRule(library, gone, 'acme', library.check(own), undefined, none, author))).toMatchObject({ version: 3 });
  expect(written(putRule(library, gone, 'acme', library.check({ ...own, kind: 'bonus' }), undefined, none, author))).toMatchObject({ version: 3 });
  expect(putRule(library, gone, 'acme', again, undefined, full, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'id' }] } });
});

test('no version of a rule ever has two contents, whatever is put and deleted', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.constant('delete'), fc.integer({ min: 1, max: 3 }).map((amount) => `amount > ${amount}`)), { maxLength: 20 }), (steps) => {
      const contents = new Map<number, unknown>();
      let current: RuleRecord | undefined;
      for (const step of steps) {
        const decision = step === 'delete' ? deleteRule(library, current, 'night-owl', author) : putRule(library, current, 'acme', library.check({ ...own, when: step }), undefined, none, author);
        if (decision.kind !== 'write') continue;
        current = decision.record;
        expect(contents.has(current.version)).toBe(false);
        contents.set(current.version, current.definition);
      }
    }),
  );
});

test('ids of deleted rules are kept up to a number; beyond it one of them is to be taken again', () => {
  const used = { own: 3, ids: MAX_RULE_IDS };
  expect(putRule(library, undefined, 'acme', library.check(own), undefined, used, author)).toMatchObject({ refusal: { code: 'conflict', errors: [{ path: 'id' }] } });
  const gone = written(deleteRule(library, written(putRule(library, undefined, 'acme', library.check(own), undefined, none, author)), 'night-owl', author));
  expect(putRule(library, gone, 'acme', library.check(own), undefined, used, author).kind).toBe('write');
});

test('what is stored and does not fit any more is told as ignored, and stands in nobody\'s way', () => {
  const stored = { ...written(changeRule(library, undefined, 'acme', 'deposit-burst', { settings: { limit: 9 } }, author)), settings: { limit: -5 } };
  expect(findRule(library, stored, 'deposit-burst')).toMatchObject({ settings: { limit: 5 }, allowed: { limit: { type: 'integer', min: 1, max: 100, default: 5 } }, ignored: [{ path: 'settings.limit' }] });
  expect(written(changeRule(library, stored, 'acme', 'deposit-burst', { mode: 'off' }, author))).toMatchObject({ mode: 'off' });
  expect(findRule(library, written(changeRule(library, stored, 'acme', 'deposit-burst', { settings: { limit: null } }, author)), 'deposit-burst')).toMatchObject({ settings: { limit: 5 }, ignored: [] });
  expect(changeRule(library, stored, 'acme', 'deposit-burst', { settings: { limit: 0 } }, author)).toMatchObject({ refusal: { message: 'rule deposit-burst: settings.limit does not fit', fields: { subject: 'rule deposit-burst' } } });
});
