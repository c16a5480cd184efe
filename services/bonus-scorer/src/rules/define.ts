import { undeclaredSettings } from '@stakewatch/rules';
import type { BonusRule } from '../domain/rule';

/** A built-in rule; what most of them share is filled in. @throws {TypeError} when it does not say of each setting what that may be */
export function defineBonusRule(rule: Omit<BonusRule, 'kind' | 'version'> & { readonly version?: number }): BonusRule {
  const faults = undeclaredSettings(rule);
  if (faults.length > 0) throw new TypeError(`rule ${rule.id}: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  return { kind: 'bonus', version: 1, ...rule };
}
