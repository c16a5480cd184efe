import type { RuleRecord } from '@stakewatch/contracts';
import { BUILT_IN_RULES } from '../rules';
import { policyOf } from './policy';

const record = (version: number): RuleRecord => ({ companyId: 'acme', ruleId: BUILT_IN_RULES[0]?.id as string, version, mode: 'live', settings: {}, updatedAt: '2026-02-03T00:00:00.000Z', updatedBy: 'test' }) as RuleRecord;
const versionOf = (records: readonly RuleRecord[]) => policyOf(records).policy.rules.find(({ rule }) => rule.id === BUILT_IN_RULES[0]?.id)?.version;

test('a built-in rule as shipped and as a company has set it are different versions', () => {
  expect(new Set([versionOf([]), versionOf([record(1)]), versionOf([record(2)])]).size).toBe(3);
});
