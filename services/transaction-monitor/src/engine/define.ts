import { undeclaredSettings } from '@stakewatch/rules';
import { compileRule } from './compile';
import type { TransactionRule } from './definition';

/** Declares a built-in rule; checked like a company's own, and every setting must say what it may be. @throws {TypeError} with every fault. */
export function defineTransactionRule(rule: TransactionRule): TransactionRule {
  const compiled = compileRule(rule);
  const faults = [...(compiled.ok ? [] : compiled.errors), ...undeclaredSettings(rule)];
  if (faults.length > 0) throw new TypeError(`rule ${rule.id}: ${faults.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  return rule;
}
