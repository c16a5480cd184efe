import type { BonusRule } from '../domain/rule';

/** A built-in rule; what most of them share is filled in. */
export function defineBonusRule(rule: Omit<BonusRule, 'kind' | 'version'> & { readonly version?: number }): BonusRule {
  return { kind: 'bonus', version: 1, ...rule };
}
