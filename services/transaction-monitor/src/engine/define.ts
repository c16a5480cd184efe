import { compileRule } from './compile';
import type { TransactionRule } from './definition';

/** Declares a built-in rule; checked like a company's own. @throws {TypeError} with every fault. */
export function defineTransactionRule(rule: TransactionRule): TransactionRule {
  const compiled = compileRule(rule);
  if (!compiled.ok) throw new TypeError(`rule ${rule.id}: ${compiled.errors.map(({ path, message }) => `${path} ${message}`).join('; ')}`);
  return rule;
}
