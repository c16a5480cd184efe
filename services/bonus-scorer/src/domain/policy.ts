import type { FieldError, RuleRecord } from '@stakewatch/contracts';
import { builtInVersion } from '@stakewatch/rules';
import { BUILT_IN_RULES, RING_RULE_ID } from '../rules';
import { RING_DEFAULTS, type RingSettings } from './rings';
import { checkRule, type CompiledRule } from './rule';

/** What a company decides by: its rules as set, and the score from which a change is RED. */
export interface Policy {
  readonly rules: readonly CompiledRule[];
  readonly threshold: number;
  readonly rings: RingSettings;
}

/** Not a rule but a setting of the company's, kept as one: `settings.threshold`. */
export const THRESHOLD_ID = 'bonus-threshold';
export const DEFAULT_THRESHOLD = 100;

export interface UnfitRule {
  readonly ruleId: string;
  readonly errors: readonly FieldError[];
}

/**
 * Built-in rules as the company has set them, then its own. A record that does not pass the check (an older version's) is left
 * out: a built-in rule then runs with its defaults, and the fault is given to be told.
 */
export function policyOf(records: readonly RuleRecord[]): { readonly policy: Policy; readonly unfit: readonly UnfitRule[] } {
  const byId = new Map(records.map((record) => [record.ruleId, record]));
  const rules: CompiledRule[] = [];
  const unfit: UnfitRule[] = [];
  for (const rule of BUILT_IN_RULES) {
    const record = byId.get(rule.id);
    let check = checkRule(rule, record?.mode ?? 'live', builtInVersion(rule, record), record?.settings);
    if (!check.ok) {
      unfit.push({ ruleId: rule.id, errors: check.errors });
      check = checkRule(rule, record?.mode ?? 'live', builtInVersion(rule, record));
    }
    if (check.ok) rules.push(check.compiled);
  }
  for (const record of records) {
    if (!isBonusRule(record.definition)) continue;
    const check = checkRule(record.definition, record.mode, record.version, record.settings);
    if (check.ok) rules.push(check.compiled);
    else unfit.push({ ruleId: record.ruleId, errors: check.errors });
  }
  const threshold = byId.get(THRESHOLD_ID)?.settings['threshold'];
  return {
    policy: { rules, threshold: typeof threshold === 'number' && threshold > 0 ? threshold : DEFAULT_THRESHOLD, rings: ringSettingsOf(rules) },
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
