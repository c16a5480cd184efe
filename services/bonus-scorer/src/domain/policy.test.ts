import type { RuleRecord } from '@stakewatch/contracts';
import { BUILT_IN_RULES } from '../rules';
import { policyOf } from './policy';

const record = (version: number): RuleRecord => ({ companyId: 'acme', ruleId: BUILT_IN_RULES[0]?.id as string, version, mode: 'live', settings: {}, updatedAt: '2026-02-03T00:00:00.000Z', updatedBy: 'test' }) as RuleRecord;
const versionOf = (records: readonly RuleRecord[]) => policyOf(records).policy.rules.find(({ rule }) => rule.id === BUILT_IN_RULES[0]?.id)?.version;

test('a built-in rule as shipped and as a company has set it are different versions', () => {
  expect(new Set([versionOf([]), versionOf([record(1)]), versionOf([record(2)])]).size).toBe(3);
});

test('a setting out of its range, stored by an older version, counts as not set and is told; the others are in force', () => {
  const [gnoming, threshold] = [{ ...record(1), ruleId: 'bonus-gnoming', settings: { accounts: -2, established: 9, score: 20 } }, { ...record(1), ruleId: 'bonus-threshold', settings: { threshold: 0 } }];
  const { policy, unfit } = policyOf([gnoming, threshold]);
  expect(policy.rules.find(({ rule }) => rule.id === 'bonus-gnoming')?.settings).toEqual({ accounts: 2, established: 9, score: 20 });
  expect(policy.threshold).toBe(100);
  expect(unfit).toMatchObject([{ ruleId: 'bonus-gnoming', errors: [{ path: 'settings.accounts', code: 'out_of_range' }] }, { ruleId: 'bonus-threshold', errors: [{ path: 'settings.threshold' }] }]);
});
