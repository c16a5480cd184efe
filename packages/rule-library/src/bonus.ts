import { BUILT_IN_BONUS_RULES, type BonusRule, bonusSettingsFaults, checkBonusRule, DEFAULT_THRESHOLD, THRESHOLD_ID } from '@stakewatch/bonus-scorer';
import type { RuleLibrary, RuleSummary } from '@stakewatch/control';
import { located } from './positions';

/** The score from which a change is RED: a setting of the company's that stands among the rules. */
const THRESHOLD: RuleSummary = {
  service: 'bonus',
  id: THRESHOLD_ID,
  title: 'Score from which a bonus change is RED',
  version: 1,
  severity: '',
  settings: { threshold: DEFAULT_THRESHOLD },
  definition: null,
  settingsOnly: true,
};

/** Rules over bonus changes (bonus-scorer). */
export const bonusLibrary: RuleLibrary = {
  builtIns: [...BUILT_IN_BONUS_RULES.map(summaryOf), THRESHOLD],
  describe: (definition) => summaryOf(definition as BonusRule),
  check(definition) {
    const check = checkBonusRule(definition, 'live', 1);
    if (!check.ok) return { ok: false, errors: located(check.errors, definition) };
    const { rule } = check.compiled;
    // Kept is what was sent, not what was filled in.
    return { ok: true, rule: { ...summaryOf(rule), definition }, examples: rule.examples.length };
  },
  checkSettings(ruleId, settings) {
    if (ruleId === THRESHOLD_ID) return thresholdFaults(settings);
    const rule = BUILT_IN_BONUS_RULES.find(({ id }) => id === ruleId);
    return rule === undefined ? [{ path: 'ruleId', message: 'is no built-in rule' }] : bonusSettingsFaults(rule, settings);
  },
};

function summaryOf(rule: BonusRule): RuleSummary {
  return { service: 'bonus', id: rule.id, title: rule.title, version: rule.version ?? 1, severity: rule.outcome.severity, settings: { score: rule.outcome.score, ...rule.settings }, definition: rule };
}

function thresholdFaults(settings: Readonly<Record<string, unknown>>) {
  return Object.entries(settings).flatMap(([name, value]) => {
    const path = `settings.${name}`;
    if (name !== 'threshold') return [{ path, message: 'is no setting of this; it has: threshold' }];
    return typeof value === 'number' && value > 0 && value <= 1e6 ? [] : [{ path, message: 'must be a number above 0, at most 1000000' }];
  });
}
