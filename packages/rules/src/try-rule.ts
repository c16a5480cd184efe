import type { AlertFact } from '@stakewatch/contracts';
import { type AlertContent, alertContent } from './alert-content';
import { CompiledRule } from './compiled-rule';
import type { RuleEvent } from './event-fields';
import type { AlertChange } from './fold';
import type { RuleDefinition } from './rule';
import type { Settings } from './settings';
import { subjectOf, Trial } from './trial';
import { uuidWords } from './uuid-words';

export interface TriedEvent {
  /** judged: the rule looked at it. counted: of a type that the rule only counts. The others are left out of every fact. */
  readonly status: 'judged' | 'counted' | 'duplicate' | 'too_late' | 'no_subject';
  /** Whether the condition holds on it. */
  readonly fired: boolean;
  readonly subject: string | null;
  /** As an alert on this event would tell them; none where the rule did not look. */
  readonly facts: readonly AlertFact[];
  /** What it changes: none when an alert of its cool-down window stands already; several when it came late. */
  readonly alerts: readonly TriedAlert[];
  /** The condition failed on these values, and counts as silent. */
  readonly error: string | null;
}

export interface TriedAlert extends AlertContent {
  readonly status: AlertChange['status'];
  readonly revision: number;
  /** Start and end of the cool-down window, microseconds. */
  readonly windowStart: number;
  readonly windowEnd: number;
}

/** Runs a rule over events in the order in which they come, by the fold that runs live. Pure; the definition has passed parseRule. */
export function tryRule(definition: RuleDefinition, settings: Settings, events: readonly RuleEvent[]): TriedEvent[] {
  const trial = new Trial(new CompiledRule(definition, 'live', 1, settings));
  return events.map((event) => tryEvent(trial, event));
}

function tryEvent(trial: Trial, event: RuleEvent): TriedEvent {
  const { rule } = trial;
  const subject = subjectOf(event, rule.definition.per);
  const taken = trial.take(event);
  const untouched = { fired: false, subject, facts: [], alerts: [], error: null };
  if (taken === null) return { status: 'no_subject', ...untouched };
  const { state, result } = taken;
  if (result.kind !== 'counted') return { status: result.kind, ...untouched };
  const alerts = result.changes.map(({ status, revision, windowStart, content }) => ({ ...content, status, revision, windowStart, windowEnd: windowStart + rule.cooldown }));
  const index = state.timeline.indexOf(uuidWords(event.uuid));
  if (index < 0 || !rule.isOn(state.timeline, index)) return { ...untouched, status: 'counted', alerts };
  const { facts } = alertContent(rule, state.timeline, index);
  try {
    return { ...untouched, status: 'judged', facts, alerts, fired: rule.holds(state.timeline, index) };
  } catch (error) {
    return { ...untouched, status: 'judged', facts, alerts, error: error instanceof Error ? error.message : String(error) };
  }
}
