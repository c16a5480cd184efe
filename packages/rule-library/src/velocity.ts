import type { RuleCheck, RuleLibrary, RuleSummary } from '@stakewatch/control';
import { allowedOf, parseRule, type RuleDefinition, runExamples, settingsFaults } from '@stakewatch/rules';
import { located } from './positions';

/** Rules over betting events (velocity-detector), with `builtIns` as the built-in ones. */
export function velocityLibrary(builtIns: readonly RuleDefinition[]): RuleLibrary {
  return {
    builtIns: builtIns.map(summaryOf),
    describe: (definition) => summaryOf(definition as RuleDefinition),
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
  if (!parsed.ok) return { ok: false, errors: located(parsed.errors, definition) };
  const results = runExamples(parsed.rule);
  const errors = results
    .filter(({ passed }) => !passed)
    .map(({ index, name, expected, actual }) => ({ path: `examples[${index}]`, message: `does not hold (${name}): expected ${expected}, was ${actual}` }));
  return errors.length === 0 ? { ok: true, rule: summaryOf(parsed.rule), examples: results.length } : { ok: false, errors };
}

function summaryOf(rule: RuleDefinition): RuleSummary {
  return { service: 'velocity', id: rule.id, title: rule.title, version: rule.version ?? 1, severity: rule.outcome.severity, settings: rule.settings ?? {}, allowed: allowedOf(rule), definition: rule };
}
