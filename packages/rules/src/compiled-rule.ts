import type { RuleModeName } from '@stakewatch/contracts';
import { type Condition, compileCondition } from './condition';
import { requiredMicros } from './duration';
import { NUMBER_FIELDS, type NumberField, TEXT_PLACE, type TextField } from './event-fields';
import { FactPlan, typeMask } from './fact-plan';
import type { ConditionValues } from './plain-condition';
import { DEFAULT_COOLDOWN, type RuleDefinition } from './rule';
import { isByCurrency, settingFor, settingType, type SettingValue, type Settings } from './settings';
import type { Timeline } from './timeline';
import { TYPE_MASK } from './timeline-block';

export type ActiveMode = Exclude<RuleModeName, 'off'>;
const SESSION = TEXT_PLACE.session_id;
const NUMBERS: ReadonlySet<string> = new Set(NUMBER_FIELDS);

/** The event at hand: evaluation is synchronous, and facts are computed when a condition first asks for them. */
const cursor: { timeline: Timeline; index: number } = { timeline: null as unknown as Timeline, index: 0 };
/** Counts evaluations: a fact that a condition names often, or in a loop, is computed once for each. */
let evaluation = 0;

/** A rule as one company runs it, compiled once per change of its configuration. */
export class CompiledRule {
  readonly id: string;
  /** Settings in force, by name. */
  readonly settings: Settings;
  /** Types of events that it is evaluated on, as a mask of codes. */
  readonly on: number;
  readonly cooldown: number;
  readonly perSession: boolean;
  readonly facts: readonly { readonly name: string; readonly plan: FactPlan }[];
  /** Longest window, microseconds; 0 when it has none. */
  readonly longestWindow: number;
  private readonly condition: Condition;
  /** Whether a setting is another in another currency. */
  private readonly byCurrency: boolean;
  /** The condition, by currency where that matters. */
  private readonly bound = new Map<string, () => boolean>();

  /** @throws {TypeError} when the condition does not compile: definitions are checked before. */
  constructor(
    readonly definition: RuleDefinition,
    readonly mode: ActiveMode,
    readonly version: number,
    overrides: Settings,
  ) {
    this.id = definition.id;
    this.settings = { ...definition.settings, ...overrides };
    this.byCurrency = Object.values<SettingValue>(this.settings).some(isByCurrency);
    this.on = typeMask(definition.on);
    this.cooldown = requiredMicros(definition.cooldown ?? DEFAULT_COOLDOWN);
    this.perSession = definition.per === 'session';
    this.facts = Object.entries(definition.facts).map(([name, fact]) => ({ name, plan: new FactPlan(fact, this.settings, this.perSession) }));
    this.longestWindow = Math.max(0, ...this.facts.map(({ plan }) => plan.within).filter(Number.isFinite));
    const result = compileCondition(definition.when, variablesOf(definition));
    if (!result.ok) throw new TypeError(`rule ${definition.id}: ${result.fault.message}`);
    this.condition = result.condition;
  }

  /** Whether its condition is evaluated by plain functions, at a fifth of the cost. */
  get isPlain(): boolean {
    return this.condition.isPlain;
  }

  isOn(timeline: Timeline, index: number): boolean {
    return ((1 << (timeline.typeWord(index) & TYPE_MASK)) & this.on) !== 0 && (!this.perSession || timeline.textId(SESSION, index) !== 0);
  }

  /** @throws when the condition fails on these values, e.g. a conversion of a text that is no number. */
  holds(timeline: Timeline, index: number): boolean {
    cursor.timeline = timeline;
    cursor.index = index;
    evaluation += 1;
    return this.boundFor(this.byCurrency ? timeline.text('currency', index) : '')();
  }

  windowStart(timeline: Timeline, index: number): number {
    return Math.floor(timeline.timestamp(index) / this.cooldown) * this.cooldown;
  }

  sessionOf(timeline: Timeline, index: number): string {
    return this.perSession ? timeline.text('session_id', index) : '';
  }

  /** How far after the event at `position`, just put in, the rule's facts may have changed. Microseconds; -1: nowhere. */
  reach(timeline: Timeline, position: number): number {
    let reach = -1;
    for (const { plan } of this.facts) reach = Math.max(reach, plan.reach(timeline, position));
    return reach;
  }

  private boundFor(currency: string): () => boolean {
    let bound = this.bound.get(currency);
    if (!bound) this.bound.set(currency, (bound = this.condition.bind(this.valuesIn(currency))));
    return bound;
  }

  private valuesIn(currency: string): ConditionValues {
    const facts = new Map(this.facts.map(({ name, plan }) => [name, computedOnce(plan)]));
    return {
      variable: (name) => facts.get(name) ?? always(settingFor(this.settings[name] as SettingValue, currency)),
      field: fieldOfCursor,
    };
  }
}

const always = <T>(value: T): (() => T) => () => value;

function computedOnce(plan: FactPlan): () => number {
  let value = 0;
  let computed = 0;
  return () => {
    if (computed !== evaluation) {
      value = plan.value(cursor.timeline, cursor.index);
      computed = evaluation;
    }
    return value;
  };
}

/** Names and types that a rule's condition may use, besides `event`. */
export function variablesOf(definition: Pick<RuleDefinition, 'facts' | 'settings'>): Map<string, ReturnType<typeof settingType>> {
  const settings = Object.entries(definition.settings ?? {}).map(([name, value]) => [name, settingType(value)] as const);
  return new Map([...Object.keys(definition.facts).map((name) => [name, 'double'] as const), ...settings]);
}

/** A field of the event at hand. */
function fieldOfCursor(field: string): () => number | string {
  if (field === 'event_type') return () => cursor.timeline.type(cursor.index);
  if (NUMBERS.has(field)) return () => cursor.timeline.number(field as NumberField, cursor.index);
  return () => cursor.timeline.text(field as TextField, cursor.index);
}
