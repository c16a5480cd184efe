import type { FieldError, RuleModeName } from '@stakewatch/contracts';
import { compileCondition } from '@stakewatch/rules';
import { FACTS, type Facts, NO_FACTS } from './facts';
import { BONUS_STATUSES, type Trigger } from './inputs';

export type SettingValue = number | string | boolean;

/** A bonus rule as data; built-in ones are files of rules/, a company's own come by control.rules.v1. */
export interface BonusRule {
  /** Tells a bonus rule from the rules of other services in control.rules.v1. */
  readonly kind: 'bonus';
  readonly id: string;
  readonly version: number;
  readonly title: string;
  /** Statuses and event types on which it runs. */
  readonly on: readonly Trigger[];
  /** CEL over FACTS and the rule's settings by name. */
  readonly when: string;
  readonly settings: Readonly<Record<string, SettingValue>>;
  readonly outcome: {
    readonly severity: 'low' | 'medium' | 'high' | 'critical';
    /** Added to the change's score. */
    readonly score: number;
    readonly tags: readonly string[];
    readonly action: 'score' | 'reject';
    /** Whether a match is told as an alert, too. */
    readonly alert: boolean;
  };
  readonly examples: readonly { readonly given: Partial<Facts>; readonly settings?: Readonly<Record<string, SettingValue>>; readonly then: 'match' | 'silent' }[];
}

export interface CompiledRule {
  readonly rule: BonusRule;
  readonly mode: RuleModeName;
  /** The company's version where it set anything, else the rule's own. */
  readonly version: number;
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** Names in its condition that are facts: only these need to be known. */
  readonly facts: ReadonlySet<string>;
  matches(facts: Facts): boolean;
}

export type RuleCheck = { readonly ok: true; readonly compiled: CompiledRule } | { readonly ok: false; readonly errors: readonly FieldError[] };

const TRIGGERS: readonly string[] = [...BONUS_STATUSES, 'BET_PLACED', 'WITHDRAWAL', 'DEPOSIT'];

/** Type-checks a rule and runs its examples. */
export function checkRule(rule: BonusRule, mode: RuleModeName, version: number, overrides: Readonly<Record<string, unknown>> = {}): RuleCheck {
  const errors: FieldError[] = [];
  for (const trigger of rule.on) if (!TRIGGERS.includes(trigger)) errors.push({ path: 'on', message: `${String(trigger)} is neither a status nor an event type` });
  for (const name of Object.keys(rule.settings)) if (name in FACTS) errors.push({ path: `settings.${name}`, message: 'is the name of a fact' });
  for (const [name, value] of Object.entries(overrides)) {
    const fallback = name === 'score' ? rule.outcome.score : rule.settings[name];
    if (fallback === undefined) errors.push({ path: `settings.${name}`, message: 'is no setting of this rule' });
    else if (typeof value !== typeof fallback || Number.isNaN(value)) errors.push({ path: `settings.${name}`, message: `must be a ${typeof fallback}` });
  }
  const types = new Map<string, 'double' | 'string' | 'bool'>(Object.entries(FACTS).map(([name, { type }]) => [name, type]));
  for (const [name, value] of Object.entries(rule.settings)) types.set(name, typeof value === 'number' ? 'double' : typeof value === 'boolean' ? 'bool' : 'string');
  const result = compileCondition(rule.when, types);
  if (!result.ok) errors.push({ path: 'when', message: result.fault.start === null ? result.fault.message : `${result.fault.message} (at ${result.fault.start})` });
  else if (result.condition.eventFields.length > 0) errors.push({ path: 'when', message: 'event is not known to bonus rules: name facts' });
  if (!result.ok || errors.length > 0) return { ok: false, errors };
  const settings = { ...rule.settings, ...(overrides as Readonly<Record<string, SettingValue>>) };
  const holds = (facts: Facts, with_: object) => result.condition.holds({ ...facts, ...with_ });
  rule.examples.forEach(({ given, settings: own, then }, index) => {
    if (holds({ ...NO_FACTS, ...given }, { ...rule.settings, ...own }) !== (then === 'match')) errors.push({ path: `examples.${index}`, message: `must ${then === 'match' ? 'match' : 'be silent'}, and does not` });
  });
  if (errors.length > 0) return { ok: false, errors };
  const named = factsNamedIn(rule.when);
  const condition = result.condition;
  return { ok: true, compiled: { rule, mode, version, settings, facts: named, matches: (facts) => condition.holds(contextOf(facts, named, settings)) } };
}

/** Settings and the facts that the condition names: copying all facts for each rule would cost more than evaluating it. */
function contextOf(facts: Facts, named: ReadonlySet<string>, settings: object): object {
  const context: Record<string, unknown> = { ...settings };
  for (const name of named) context[name] = facts[name as keyof Facts];
  return context;
}

/** A word that stands in a text of the condition counts as named, too: one fact more is known, and none too few. */
const factsNamedIn = (when: string): ReadonlySet<string> => new Set((when.match(/[A-Za-z]+/g) ?? []).filter((word) => word in FACTS));

/** The score that a match adds: the company's, else the rule's. */
export const scoreOf = ({ rule, settings }: CompiledRule): number => (typeof settings['score'] === 'number' ? settings['score'] : rule.outcome.score);
