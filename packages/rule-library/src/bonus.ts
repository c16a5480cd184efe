import { bonusAllowedOf, BUILT_IN_BONUS_RULES, type BonusRule, bonusSettingsFaults, checkBonusRule, THRESHOLD_ID, THRESHOLD_SETTINGS } from '@stakewatch/bonus-scorer';
import type { RuleLibrary, RuleSummary } from '@stakewatch/control';
import { plainSettingsFaults } from '@stakewatch/rules';
import { located } from './positions';

/** The score from which a change is RED: a setting of the company's that stands among the rules. */
const THRESHOLD: RuleSummary = {
  service: 'bonus',
  id: THRESHOLD_ID,
  title: 'Score from which a bonus change is RED',
  version: 1,
  severity: '',
  ...THRESHOLD_SETTINGS,
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
    if (ruleId === THRESHOLD_ID) return plainSettingsFaults(THRESHOLD_SETTINGS, settings);
    const rule = BUILT_IN_BONUS_RULES.find(({ id }) => id === ruleId);
    return rule === undefined ? [{ path: 'ruleId', message: 'is no built-in rule' }] : bonusSettingsFaults(rule, settings);
  },
};

function summaryOf(rule: BonusRule): RuleSummary {
  return { service: 'bonus', id: rule.id, title: rule.title, version: rule.version ?? 1, severity: rule.outcome.severity, settings: { score: rule.outcome.score, ...rule.settings }, allowed: bonusAllowedOf(rule), definition: rule };
}
