import type { RuleRecord } from '@stakewatch/contracts';
import { rulesOf } from './company-rules';
import type { TransactionRule } from './engine/definition';
import { transactionRuleLibrary } from './library';

const builtIn = transactionRuleLibrary.builtIns[0]?.definition as TransactionRule;
const record = (version: number): RuleRecord => ({ companyId: 'acme', ruleId: builtIn.id, version, mode: 'live', settings: {}, updatedAt: '2026-02-03T00:00:00.000Z', updatedBy: 'test' }) as RuleRecord;
const versionOf = (records: readonly RuleRecord[]) => rulesOf([builtIn], records).rules[0]?.version;

test('a built-in rule as shipped and as a company has set it are different versions', () => {
  expect(new Set([versionOf([]), versionOf([record(1)]), versionOf([record(2)])]).size).toBe(3);
});

test('a setting out of its range, stored by an older version, counts as not set and is told; the others are in force', () => {
  const count = transactionRuleLibrary.builtIns.find(({ id }) => id === 'transaction-velocity-count')?.definition as TransactionRule;
  const { rules, unfit } = rulesOf([count], [{ ...record(1), ruleId: count.id, settings: { limit: { individual: 0 }, window: '5m' } }]);
  expect(rules[0]?.settings).toEqual({ limit: count.settings?.['limit'], window: '5m' });
  expect(unfit).toMatchObject([{ ruleId: count.id, errors: [{ path: 'settings.limit.individual', code: 'out_of_range' }] }]);
});

test('an own rule that was put before settings had ranges goes on as it is', () => {
  const definition = { ...builtIn, id: 'own', settings: { least: 5 } };
  expect(rulesOf([], [{ ...record(1), ruleId: 'own', definition }])).toMatchObject({ rules: [{ settings: { least: 5 } }], unfit: [] });
});
