import type { FieldError, RuleRecord } from '@stakewatch/contracts';
import { builtInVersion, fittingSettings, type HasSettings, plainSettingsFaults } from '@stakewatch/rules';
import { BUILT_IN_RULES, RING_RULE_ID } from '../rules';
import { RING_DEFAULTS, type RingSettings } from './rings';
import { checkRule, type CompiledRule, settingsFaults } from './rule';

/** What a company decides by: its rules as set, and the score from which a change is RED. */
export interface Policy {
  readonly rules: readonly CompiledRule[];
  readonly threshold: number;
  readonly rings: RingSettings;
}

/** Not a rule but a setting of the company's, kept as one: `settings.threshold`. */
export const THRESHOLD_ID = 'bonus-threshold';
export const DEFAULT_THRESHOLD = 100;
export const THRESHOLD_SETTINGS = { settings: { threshold: DEFAULT_THRESHOLD }, allowed: { threshold: { type: 'number', unit: 'points', min: 1, max: 1e6 } } } as const satisfies HasSettings;

export interface UnfitRule {
  readonly ruleId: string;
  readonly errors: readonly FieldError[];
}

/**
 * Built-in rules as the company has set them, then its own. A setting that does not pass the check (an older version took it)
 * counts as not set, an own rule that does not is left out; the faults are given to be told.
 */
export function policyOf(records: readonly RuleRecord[]): { readonly policy: Policy; readonly unfit: readonly UnfitRule[] } {
  const byId = new Map(records.map((record) => [record.ruleId, record]));
  const rules: CompiledRule[] = [];
  const unfit: UnfitRule[] = [];
  for (const rule of BUILT_IN_RULES) {
    const record = byId.get(rule.id);
    const { fitting, faults } = fittingSettings(record?.settings ?? {}, (settings) => settingsFaults(rule, settings));
    if (faults.length > 0) unfit.push({ ruleId: rule.id, errors: faults });
    const check = checkRule(rule, record?.mode ?? 'live', builtInVersion(rule, record), fitting);
    if (check.ok) rules.push(check.compiled);
  }
  for (const record of records) {
    if (!isBonusRule(record.definition)) continue;
    const check = checkRule(record.definition, record.mode, record.version, record.settings);
    if (check.ok) rules.push(check.compiled);
    else unfit.push({ ruleId: record.ruleId, errors: check.errors });
  }
  const set = fittingSettings(byId.get(THRESHOLD_ID)?.settings ?? {}, (settings) => plainSettingsFaults(THRESHOLD_SETTINGS, settings));
  if (set.faults.length > 0) unfit.push({ ruleId: THRESHOLD_ID, errors: set.faults });
  const { threshold } = { ...THRESHOLD_SETTINGS.settings, ...set.fitting };
  return {
    policy: { rules, threshold, rings: ringSettingsOf(rules) },
    unfit,
  };
}

export function isBonusRule(definition: unknown): boolean {
  return typeof definition === 'object' && definition !== null && (definition as { kind?: unknown }).kind === 'bonus';
}

/** What makes a ring: settings of the ring rule. */
export function ringSettingsOf(rules: readonly CompiledRule[]): RingSettings {
  const settings = rules.find(({ rule }) => rule.id === RING_RULE_ID)?.settings ?? {};
  return Object.fromEntries(Object.entries(RING_DEFAULTS).map(([name, fallback]) => [name, settings[name] ?? fallback])) as unknown as RingSettings;
}
