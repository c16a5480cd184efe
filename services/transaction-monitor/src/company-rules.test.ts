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
