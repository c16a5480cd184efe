import { parseRule, type RuleDefinition, runExamples, settingsFaults } from '@stakewatch/rules';
import type { RuleCheck, RuleLibrary, RuleSummary } from './rules';

/** The rule engine as the control plane's commands need it, with `builtIns` as the built-in library. */
export function ruleLibraryOf(builtIns: readonly RuleDefinition[]): RuleLibrary {
  return {
    builtIns: builtIns.map(summaryOf),
    check: checkRule,
    checkSettings(ruleId, settings) {
      const definition = builtIns.find(({ id }) => id === ruleId);
      return definition === undefined ? [{ path: 'ruleId', message: 'is no built-in rule' }] : settingsFaults(definition, settings);
    },
  };
}

/** Type-checks a definition, then holds it to its own examples by the evaluator that runs live. */
function checkRule(definition: unknown): RuleCheck {
  const parsed = parseRule(definition);
  if (!parsed.ok) return { ok: false, errors: parsed.errors.map(({ path, message }) => ({ path: path || '(whole)', message })) };
  const results = runExamples(parsed.rule);
  const errors = results
    .filter(({ passed }) => !passed)
    .map(({ index, name, expected, actual }) => ({ path: `examples[${index}]`, message: `does not hold (${name}): expected ${expected}, was ${actual}` }));
  return errors.length === 0 ? { ok: true, rule: summaryOf(parsed.rule), examples: results.length } : { ok: false, errors };
}

function summaryOf(rule: RuleDefinition): RuleSummary {
  return { id: rule.id, title: rule.title, version: rule.version ?? 1, severity: rule.outcome.severity, settings: rule.settings ?? {}, definition: rule };
}
