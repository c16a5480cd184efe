import { type AlertContent, alertContent, contentFingerprint } from './alert-content';
import type { CompiledRule } from './compiled-rule';
import { type RuleEvent, TEXT_PLACE } from './event-fields';
import { type PackedEvent, packEvent } from './packed-event';
import { type PublishedAlert, publishedKey } from './published-alerts';
import { SubjectState } from './subject-state';
import type { TimelineRules } from './rule-set';
import type { Timeline } from './timeline';
import { TYPE_MASK } from './timeline-block';
import { uuidWords } from './uuid-words';

/** How far behind the newest event of its subject an event may be and still count. Microseconds. */
export const LATENESS_MICROS = 24 * 3_600 * 1_000_000;

export interface AlertChange {
  readonly rule: CompiledRule;
  readonly status: 'open' | 'withdrawn';
  readonly revision: number;
  readonly windowStart: number;
  /** Session of a session rule; '' when the subject is the timeline's own. */
  readonly session: string;
  readonly content: AlertContent;
}

export type FoldResult =
  | { readonly kind: 'duplicate' }
  /** Not counted: `newest` is the watermark it missed. */
  | { readonly kind: 'too_late'; readonly newest: number }
  | { readonly kind: 'counted'; readonly changes: readonly AlertChange[]; readonly dropped: number; readonly failures: readonly RuleFailure[] };

/** A condition failed on an event: that rule says nothing about it, the others are not held up. */
export interface RuleFailure {
  readonly rule: CompiledRule;
  readonly error: unknown;
}

const DUPLICATE: FoldResult = { kind: 'duplicate' };
const NOTHING: readonly never[] = [];
const UNCHANGED: FoldResult = { kind: 'counted', changes: NOTHING, dropped: 0, failures: NOTHING };
const CURRENCY = TEXT_PLACE.currency;
const SESSION = TEXT_PLACE.session_id;

/**
 * Takes one event into a subject's state and says which alerts change. The outcome of a set of events within lateness is the
 * same in whatever order and however often they come: an alert stands for the earliest event of its cool-down window on which
 * the condition holds, given all events of the subject up to that one.
 */
export function foldPacked(state: SubjectState, event: PackedEvent, rules: TimelineRules): FoldResult {
  const { timeline } = state;
  if (timeline.indexOf(event.uuid) >= 0) return DUPLICATE;
  if (event.timestamp < timeline.newest - LATENESS_MICROS) return { kind: 'too_late', newest: timeline.newest };
  const inserted = state.insert(event);
  const dropped = state.cap(rules.retention);
  const position = inserted - dropped;
  const run = evaluation.of(state);
  if (position >= 0) {
    if (position === timeline.length - 1) run.newest(rules, position);
    else run.late(rules, position);
  }
  state.prune(rules.retention);
  if (dropped === 0 && run.changes === NOTHING && run.failures === NOTHING) return UNCHANGED;
  return { kind: 'counted', changes: run.changes, dropped, failures: run.failures };
}

/** foldPacked for an event's object. */
export const foldEvent = (state: SubjectState, event: RuleEvent, rules: TimelineRules): FoldResult => foldPacked(state, packEvent(event), rules);

const NO_STATE = new SubjectState();

class Evaluation {
  changes: AlertChange[] | typeof NOTHING = NOTHING;
  failures: RuleFailure[] | typeof NOTHING = NOTHING;
  private state: SubjectState = NO_STATE;
  private timeline: Timeline = NO_STATE.timeline;

  of(state: SubjectState): this {
    this.state = state;
    this.timeline = state.timeline;
    this.changes = NOTHING;
    this.failures = NOTHING;
    return this;
  }

  /** The usual case: nothing after it can change, and an alert that is open in its cool-down window has an earlier trigger. */
  newest(rules: TimelineRules, position: number): void {
    const { timeline } = this;
    for (const rule of rules.byType[timeline.typeWord(position) & TYPE_MASK] as readonly CompiledRule[]) {
      if (!rule.isOn(timeline, position) || !this.holds(rule, position)) continue;
      const published = this.publishedAt(rule, position);
      if (!published?.open) this.open(rule, position, published);
    }
  }

  /** Every cool-down window with an event that may see the new one is decided anew. */
  late(rules: TimelineRules, position: number): void {
    for (const rule of rules.all) this.lateFor(rule, position);
  }

  private lateFor(rule: CompiledRule, position: number): void {
    const { timeline } = this;
    const seenUntil = timeline.timestamp(position) + Math.max(0, rule.reach(timeline, position));
    const decided = new Set<string>();
    let last = -1;
    for (let at = position; at < timeline.length && (at === position || timeline.timestamp(at) < seenUntil); at += 1) {
      if (!rule.isOn(timeline, at)) continue;
      if (last >= 0 && this.shareKey(rule, last, at)) continue;
      last = at;
      const key = this.keyAt(rule, at);
      if (decided.has(key)) continue;
      decided.add(key);
      this.decide(rule, position, at, seenUntil, this.state.alerts.get(key));
    }
  }

  /** Whether keyAt gives the same for both, without making it: most events follow one of their own key. */
  private shareKey(rule: CompiledRule, one: number, other: number): boolean {
    const { timeline } = this;
    return rule.windowStart(timeline, one) === rule.windowStart(timeline, other) && timeline.textId(CURRENCY, one) === timeline.textId(CURRENCY, other) && (!rule.perSession || timeline.textId(SESSION, one) === timeline.textId(SESSION, other));
  }

  /**
   * Finds the earliest trigger at or after `position` in the cool-down window of the event at `member`; one before it cannot have
   * changed. Nor has the condition on events from `seenUntil` on: they are looked at only when the trigger that stood is none any more.
   */
  private decide(rule: CompiledRule, position: number, member: number, seenUntil: number, published: PublishedAlert | undefined): void {
    const { timeline } = this;
    const standing = published?.open ? published : undefined;
    if (standing && this.isBefore(standing, position)) return;
    const windowStart = rule.windowStart(timeline, member);
    const windowEnd = windowStart + rule.cooldown;
    const from = Math.max(position, timeline.firstAfter(windowStart - 1));
    // The new event itself is looked at even where no fact sees it.
    const changedEnd = Math.max(from === position ? position + 1 : from, timeline.firstAfter(Math.min(seenUntil, windowEnd) - 1));
    let trigger = this.firstTrigger(rule, from, changedEnd, member);
    if (trigger < 0) {
      if (!standing || standing.eventTimestamp >= seenUntil) return;
      trigger = this.firstTrigger(rule, changedEnd, timeline.firstAfter(windowEnd - 1), member);
    }
    if (trigger >= 0) this.open(rule, trigger, published);
    else if (standing) this.withdraw(rule, standing);
  }

  private firstTrigger(rule: CompiledRule, from: number, end: number, member: number): number {
    const { timeline } = this;
    const currency = timeline.textId(CURRENCY, member);
    const session = rule.perSession ? timeline.textId(SESSION, member) : -1;
    for (let at = from; at < end; at += 1) {
      if (timeline.textId(CURRENCY, at) !== currency || (session >= 0 && timeline.textId(SESSION, at) !== session)) continue;
      if (rule.isOn(timeline, at) && this.holds(rule, at)) return at;
    }
    return -1;
  }

  private holds(rule: CompiledRule, index: number): boolean {
    try {
      return rule.holds(this.timeline, index);
    } catch (error) {
      this.failures = [...this.failures, { rule, error }];
      return false;
    }
  }

  private open(rule: CompiledRule, trigger: number, published: PublishedAlert | undefined): void {
    const content = alertContent(rule, this.timeline, trigger);
    const fingerprint = contentFingerprint(content);
    if (published?.open && published.fingerprint === fingerprint) return;
    this.change(rule, 'open', trigger, content, fingerprint, published);
  }

  /** The alert says what its event looks like now: the facts show that the condition does not hold. */
  private withdraw(rule: CompiledRule, standing: PublishedAlert): void {
    const index = this.timeline.indexOf(uuidWords(standing.eventUuid));
    if (index < 0) return;
    const content = alertContent(rule, this.timeline, index);
    this.change(rule, 'withdrawn', index, content, contentFingerprint(content), standing);
  }

  private change(rule: CompiledRule, status: AlertChange['status'], index: number, content: AlertContent, fingerprint: number, published: PublishedAlert | undefined): void {
    const windowStart = rule.windowStart(this.timeline, index);
    const session = rule.sessionOf(this.timeline, index);
    const revision = (published?.revision ?? 0) + 1;
    this.changes = [...this.changes, { rule, status, revision, windowStart, session, content }];
    const { currency, eventTimestamp, eventUuid } = content;
    this.state.publish({ ruleId: rule.id, mode: rule.mode, session, currency, windowStart, revision, open: status === 'open', eventTimestamp, eventUuid, fingerprint });
  }

  private publishedAt(rule: CompiledRule, index: number): PublishedAlert | undefined {
    return this.state.alerts.size === 0 ? undefined : this.state.alerts.get(this.keyAt(rule, index));
  }

  private keyAt(rule: CompiledRule, index: number): string {
    return publishedKey(rule.id, rule.mode, rule.sessionOf(this.timeline, index), this.timeline.text('currency', index), rule.windowStart(this.timeline, index));
  }

  private isBefore(alert: PublishedAlert, position: number): boolean {
    return this.timeline.compare(position, alert.eventTimestamp, uuidWords(alert.eventUuid)) > 0;
  }
}

/** Of the event at hand: one for all, as nothing here is asynchronous. */
const evaluation = new Evaluation();
