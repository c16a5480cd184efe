import type { RuleModeName } from '@stakewatch/contracts';
import { CompiledRule } from './compiled-rule';
import { EVENT_TYPE_CODES, SHARED_SUBJECTS, type SharedSubject, type SubjectType } from './event-fields';
import { LATENESS_MICROS } from './fold';
import { typeMask } from './fact-plan';
import { parseRule } from './parse-rule';
import type { RuleDefinition } from './rule';
import { fittingSettings, settingsFaults, type Settings } from './settings';

/** Timelines that there are: a session's rules run on its player's. */
export type TimelineType = Exclude<SubjectType, 'session'>;

/** The rules that run on one kind of timeline. */
export interface TimelineRules {
  readonly all: readonly CompiledRule[];
  /** By code of the event type they are evaluated on. */
  readonly byType: readonly (readonly CompiledRule[])[];
  /** Events older than this behind the newest are needed by no rule. Microseconds. */
  readonly retention: number;
}

/** A company's rules, compiled. */
export interface RuleSet {
  readonly timelines: Readonly<Record<TimelineType, TimelineRules>>;
  /** Event types that a rule needs re-keyed by device, phone or IP, as a mask of codes. */
  readonly signals: Readonly<Record<SharedSubject, number>>;
  /** Rules or settings that could not be used, and were left out. */
  readonly faults: readonly RuleSetFault[];
}

export interface RuleSetFault {
  readonly ruleId: string;
  readonly message: string;
}

/** What a company has set for a rule: the part of a RuleRecord that matters here. */
export interface RuleChoice {
  readonly ruleId: string;
  readonly version: number;
  readonly mode: RuleModeName;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly definition?: unknown;
}

/** Shortest time that events are kept, also when no rule needs them so long: a rule that is put later finds the last day. */
const LEAST_WINDOW = 24 * 3_600 * 1_000_000;

/** The built-in rules as the company has set them, and its own. Built-in rules run live unless it says otherwise. */
export function compileRuleSet(builtIns: readonly RuleDefinition[], choices: readonly RuleChoice[]): RuleSet {
  const faults: RuleSetFault[] = [];
  const choiceOf = new Map(choices.map((choice) => [choice.ruleId, choice]));
  const rules = builtIns.flatMap((definition) => compileBuiltIn(definition, choiceOf.get(definition.id), faults));
  const known = new Set(builtIns.map(({ id }) => id));
  for (const choice of choices) if (!known.has(choice.ruleId) && isVelocityRule(choice.definition)) rules.push(...compileOwn(choice, faults));
  return { ...ruleSetOf(rules), faults };
}

/** The rules of other services stand in the same table: their definitions say so, and choices for their built-in rules have none. */
function isVelocityRule(definition: unknown): boolean {
  if (typeof definition !== 'object' || definition === null) return false;
  const { kind } = definition as { kind?: unknown };
  return kind === undefined || kind === 'velocity';
}

function compileBuiltIn(definition: RuleDefinition, choice: RuleChoice | undefined, faults: RuleSetFault[]): CompiledRule[] {
  const mode = choice?.mode ?? 'live';
  if (mode === 'off') return [];
  const settings = choice ? fitting(definition, choice, faults) : {};
  return [new CompiledRule(definition, mode, builtInVersion(definition, choice), settings)];
}

/** A built-in rule as a company runs it: what is shipped and what the company has set both count, so that no version of it names two contents. */
export function builtInVersion({ version = 1 }: { readonly version?: number }, choice: { readonly version: number } | undefined): number {
  return version + (choice?.version ?? 0);
}

function compileOwn(choice: RuleChoice, faults: RuleSetFault[]): CompiledRule[] {
  if (choice.mode === 'off') return [];
  const parsed = parseRule(choice.definition);
  if (parsed.ok) return [new CompiledRule(parsed.rule, choice.mode, choice.version, fitting(parsed.rule, choice, faults))];
  for (const { path, message } of parsed.errors) faults.push({ ruleId: choice.ruleId, message: `${path} ${message}` });
  return [];
}

/** Settings that fit the rule; the others keep the rule's default, and are told. */
function fitting(definition: RuleDefinition, choice: RuleChoice, faults: RuleSetFault[]): Settings {
  const { fitting: kept, faults: errors } = fittingSettings(choice.settings, (settings) => settingsFaults(definition, settings));
  for (const { path, message } of errors) faults.push({ ruleId: choice.ruleId, message: `${path} ${message}` });
  return kept as Settings;
}

/** Rules in their places: also for one rule alone (examples, dry runs, back-tests). */
export function ruleSetOf(rules: readonly CompiledRule[]): Omit<RuleSet, 'faults'> {
  const on = (...types: readonly SubjectType[]) => timelineRules(rules.filter(({ definition }) => types.includes(definition.per)));
  const signals = Object.fromEntries(SHARED_SUBJECTS.map((type) => [type, neededTypes(rules.filter(({ definition }) => definition.per === type))])) as Record<SharedSubject, number>;
  return { timelines: { player: on('player', 'session'), device: on('device'), phone: on('phone'), ip: on('ip') }, signals };
}

function timelineRules(rules: readonly CompiledRule[]): TimelineRules {
  const longest = Math.max(LEAST_WINDOW, ...rules.map(({ longestWindow, cooldown }) => Math.max(longestWindow, cooldown)));
  return { all: rules, byType: EVENT_TYPE_CODES.map((_type, code) => rules.filter(({ on }) => (on & (1 << code)) !== 0)), retention: longest + LATENESS_MICROS };
}

function neededTypes(rules: readonly CompiledRule[]): number {
  return rules.reduce((mask, rule) => rule.facts.reduce((sum, { plan }) => sum | plan.relevant, mask | typeMask(rule.definition.on)), 0);
}
