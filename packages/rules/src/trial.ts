import type { CompiledRule } from './compiled-rule';
import { type RuleEvent, SUBJECT_FIELD, type SubjectType } from './event-fields';
import { foldEvent, type FoldResult } from './fold';
import { ruleSetOf, type TimelineRules, type TimelineType } from './rule-set';
import { SubjectState } from './subject-state';

/** One rule by itself, over events in the order in which they come: what examples and tries run, by the fold that runs live. */
export class Trial {
  private readonly rules: TimelineRules;
  private readonly timelineType: TimelineType;
  private readonly states = new Map<string, SubjectState>();

  constructor(readonly rule: CompiledRule) {
    const { per } = rule.definition;
    this.timelineType = per === 'session' ? 'player' : per;
    this.rules = ruleSetOf([rule]).timelines[this.timelineType];
  }

  /** Null when the event has no such subject. */
  take(event: RuleEvent): { readonly state: SubjectState; readonly result: FoldResult } | null {
    const subject = subjectOf(event, this.timelineType);
    if (subject === null) return null;
    let state = this.states.get(subject);
    if (!state) this.states.set(subject, (state = new SubjectState()));
    return { state, result: foldEvent(state, event, this.rules) };
  }
}

/** Null when the event has no such subject. */
export function subjectOf(event: RuleEvent, type: SubjectType): string | null {
  const subject = event[SUBJECT_FIELD[type]];
  return subject === null || subject === '' ? null : subject;
}
