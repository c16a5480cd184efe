import type { RuleLibrary } from '@stakewatch/control';
import { type TransactionRule, transactionRuleLibrary } from '@stakewatch/transaction-monitor';
import { located } from './positions';

/** Rules over payments (transaction-monitor). */
export const transactionLibrary: RuleLibrary = {
  builtIns: transactionRuleLibrary.builtIns.map((rule) => ({ service: 'transaction', ...rule })),
  describe: (definition) => ({ service: 'transaction', ...transactionRuleLibrary.describe(definition as TransactionRule) }),
  check(definition) {
    const check = transactionRuleLibrary.check(definition);
    return check.ok ? { ...check, rule: { service: 'transaction', ...check.rule } } : { ok: false, errors: located(check.errors, definition) };
  },
  checkSettings: transactionRuleLibrary.checkSettings,
};
