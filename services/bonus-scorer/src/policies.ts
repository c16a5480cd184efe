import { companyOf, type CompanyGroupRecord, environmentOf, type RuleRecord, scopeOf } from '@stakewatch/contracts';
import type { ControlTable } from '@stakewatch/runtime';
import { type Policy, policyOf, type UnfitRule } from './domain/policy';

/** Each company's policy, compiled once for each state of the rules table. */
export function createPolicies(rules: ControlTable<RuleRecord>, onUnfit: (companyId: string, unfit: readonly UnfitRule[]) => void): (companyId: string) => Policy {
  const compiled = new Map<string, Policy>();
  rules.onChange((key, record) => compiled.delete(record?.companyId ?? key.slice(0, key.indexOf('|'))));
  return (companyId) => {
    let policy = compiled.get(companyId);
    if (!policy) {
      const made = policyOf([...rules.values()].filter((record) => record.companyId === companyId));
      if (made.unfit.length > 0) onUnfit(companyId, made.unfit);
      compiled.set(companyId, (policy = made.policy));
    }
    return policy;
  };
}

/** Scopes of the other companies of a scope's groups, in the same environment. */
export function createGroups(groups: ControlTable<CompanyGroupRecord>): (scope: string) => readonly string[] {
  return (scope) => {
    const own = companyOf(scope);
    const others = new Set<string>();
    for (const { companies } of groups.values()) if (companies.includes(own)) for (const company of companies) if (company !== own) others.add(scopeOf(company, environmentOf(scope)));
    return [...others];
  };
}
