import type { FieldError } from '@stakewatch/contracts';
import type { Allowed } from '@stakewatch/rules';
import { isSuspicious } from './engine/codes';
import { compileRule, type RuleFault } from './engine/compile';
import type { TransactionRule } from './engine/definition';
import { runExamples } from './engine/examples';
import { allowedOf, settingsFaults } from './engine/setting-faults';
import { TRANSACTION_RULES } from './rules';

/** A rule as the control plane lists it. */
export interface TransactionRuleSummary {
  readonly id: string;
  readonly title: string;
  readonly version: number;
  readonly severity: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly allowed: Allowed;
  readonly definition: TransactionRule;
}

export type TransactionRuleCheck =
  | { readonly ok: true; readonly rule: TransactionRuleSummary; readonly examples: number }
  | { readonly ok: false; readonly errors: readonly RuleFault[] };

/** What the control plane needs of transaction rules (its RuleLibrary): listing, checking, settings. Pure; loads no map. */
export const transactionRuleLibrary = {
  builtIns: TRANSACTION_RULES.map(summaryOf),
  /** A rule that was checked when it was put. */
  describe: summaryOf,
  check(definition: unknown): TransactionRuleCheck {
    const compiled = compileRule(definition);
    if (!compiled.ok) return compiled;
    const results = runExamples(compiled.rule, TRANSACTION_RULES);
    const errors = results.filter(({ got, expected }) => got !== expected).map(({ index, name, expected, got }) => ({ path: `examples.${index}`, message: `does not hold${name === null ? '' : ` (${name})`}: expected ${expected}, was ${got}` }));
    return errors.length > 0 ? { ok: false, errors } : { ok: true, rule: summaryOf(compiled.rule), examples: results.length };
  },
  checkSettings(ruleId: string, settings: Readonly<Record<string, unknown>>): readonly FieldError[] {
    const rule = TRANSACTION_RULES.find(({ id }) => id === ruleId);
    return rule ? settingsFaults(rule, settings) : [{ path: 'ruleId', message: 'is no built-in rule' }];
  },
} as const;

function summaryOf(rule: TransactionRule): TransactionRuleSummary {
  const { code } = rule.outcome;
  const severity = code === 456 || code === 451 ? 'critical' : code === 455 || code === 453 || code === 457 ? 'high' : isSuspicious(code) ? 'medium' : 'low';
  return { id: rule.id, title: rule.title, version: rule.version ?? 1, severity, settings: rule.settings ?? {}, allowed: allowedOf(rule), definition: rule };
}
