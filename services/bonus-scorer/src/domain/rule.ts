import type { FieldError, RuleModeName } from '@stakewatch/contracts';
import { type Allowed, allowedOf as allowedOfSettings, type Condition, type NumberTerms, plainSettingsFaults } from '@stakewatch/rules';
import { FACTS, type Facts, NO_FACTS } from './facts';
import type { Trigger } from './inputs';
import { type BonusRuleFault, MAX_SCORE, type ParsedBonusRule, parseBonusRule } from './parse-rule';

export type SettingValue = number | string | boolean;

/** A bonus rule as data; built-in ones are files of rules/, a company's own come by control.rules.v1. */
export interface BonusRule {
  /** Tells a bonus rule from the rules of other services in control.rules.v1. */
  readonly kind: 'bonus';
  readonly id: string;
  readonly version: number;
  readonly title: string;
  readonly description?: string;
  /** Statuses and event types on which it runs. */
  readonly on: readonly Trigger[];
  /** CEL over FACTS and the rule's settings by name. */
  readonly when: string;
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** What each setting may be: type, unit, range. A built-in rule declares all of them. */
  readonly allowed?: Allowed;
  readonly outcome: {
    readonly severity: 'low' | 'medium' | 'high' | 'critical';
    /** Added to the change's score. */
    readonly score: number;
    readonly tags: readonly string[];
    readonly action: 'score' | 'reject';
    /** Whether a match is told as an alert, too. */
    readonly alert: boolean;
  };
  readonly examples: readonly { readonly name?: string; readonly given: Partial<Facts>; readonly settings?: Readonly<Record<string, SettingValue>>; readonly then: 'match' | 'silent' }[];
}

export interface CompiledRule {
  readonly rule: BonusRule;
  readonly mode: RuleModeName;
  /** The company's version where it set anything, else the rule's own. */
  readonly version: number;
  readonly settings: Readonly<Record<string, SettingValue>>;
  /** Names in its condition that are facts: only these need to be known. */
  readonly facts: ReadonlySet<string>;
  evaluate(facts: Facts): Evaluation;
}

export interface Evaluation {
  readonly holds: boolean;
  /** Why the condition failed, where it did. */
  readonly error: string | null;
}

export type RuleCheck = { readonly ok: true; readonly compiled: CompiledRule } | { readonly ok: false; readonly errors: readonly BonusRuleFault[] };

/** Type-checks a definition (data of any shape) with a company's settings, and holds it to its examples. */
export function checkRule(definition: unknown, mode: RuleModeName, version: number, overrides: Readonly<Record<string, unknown>> = {}): RuleCheck {
  const parsed = parseBonusRule(definition);
  if (!parsed.ok) return parsed;
  const errors = [...settingsFaults(parsed.rule, overrides), ...exampleFaults(runExamples(parsed.rule, parsed.condition))];
  return errors.length > 0 ? { ok: false, errors } : { ok: true, compiled: compileRule(parsed, mode, version, overrides) };
}

/** `overrides` have passed settingsFaults. */
export function compileRule({ rule, condition }: Extract<ParsedBonusRule, { ok: true }>, mode: RuleModeName, version: number, overrides: Readonly<Record<string, unknown>>): CompiledRule {
  const settings = { ...rule.settings, ...(overrides as Readonly<Record<string, SettingValue>>) };
  const named = factsNamedIn(rule.when);
  return { rule, mode, version, settings, facts: named, evaluate: (facts) => evaluate(condition, contextOf(facts, named, settings)) };
}

const SCORE_TERMS: NumberTerms = { type: 'number', unit: 'points', min: 0, max: MAX_SCORE };

/** What each setting of a rule may be; `score` is what a match adds. */
export const allowedOf = (rule: BonusRule): Allowed => ({ score: SCORE_TERMS, ...allowedOfSettings(rule) });

/** What is wrong with a company's settings for a rule. */
export function settingsFaults({ settings, allowed, outcome }: BonusRule, overrides: Readonly<Record<string, unknown>>): readonly FieldError[] {
  return plainSettingsFaults({ settings: { score: outcome.score, ...settings }, allowed: { score: SCORE_TERMS, ...allowed } }, overrides);
}

export interface ExampleResult {
  readonly index: number;
  readonly name: string | null;
  readonly expected: 'match' | 'silent';
  readonly got: 'match' | 'silent';
}

/** Holds a rule to its examples, by the condition that runs live. */
export function runExamples(rule: BonusRule, condition: Condition): readonly ExampleResult[] {
  return rule.examples.map(({ name, given, settings, then }, index) => {
    const { holds } = evaluate(condition, { ...NO_FACTS, ...given, ...rule.settings, ...settings });
    return { index, name: name ?? null, expected: then, got: holds ? 'match' : 'silent' };
  });
}

const exampleFaults = (results: readonly ExampleResult[]): readonly FieldError[] =>
  results.filter(({ expected, got }) => got !== expected).map(({ index, name, expected, got }) => ({ path: `examples.${index}`, message: `does not hold${name === null ? '' : ` (${name})`}: expected ${expected}, was ${got}` }));

/** A condition that fails on its values (a text that is no number) counts as silent; `error` says why. */
function evaluate(condition: Condition, context: object): Evaluation {
  try {
    return { holds: condition.holds(context), error: null };
  } catch (error) {
    return { holds: false, error: error instanceof Error ? error.message : String(error) };
  }
}

/** Settings and the facts that the condition names: copying all facts for each rule would cost more than evaluating it. */
function contextOf(facts: Facts, named: ReadonlySet<string>, settings: object): object {
  const context: Record<string, unknown> = { ...settings };
  for (const name of named) context[name] = facts[name as keyof Facts];
  return context;
}

/** A word that stands in a text of the condition counts as named, too: one fact more is known, and none too few. */
const factsNamedIn = (when: string): ReadonlySet<string> => new Set((when.match(/[A-Za-z]+/g) ?? []).filter((word) => Object.hasOwn(FACTS, word)));

/** The score that a match adds: the company's, else the rule's. */
export const scoreOf = ({ rule, settings }: CompiledRule): number => (typeof settings['score'] === 'number' ? settings['score'] : rule.outcome.score);
