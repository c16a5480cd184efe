import type { AlertFact } from '@stakewatch/contracts';
import { type AlertChange, ByteWriter, type CompiledRule, foldEvent, type RuleEvent, ruleSetOf, SubjectState, type TimelineRules, type TimelineType } from '@stakewatch/rules';

/** An alert that a rule would have raised. Times in microseconds UTC. */
export interface FoundAlert {
  /** Equal for what would be the same alert: subject, currency and cool-down window. */
  readonly key: string;
  readonly subject: string;
  readonly playerId: string;
  readonly currency: string;
  readonly windowStart: number;
  readonly eventTimestamp: number;
  readonly eventUuid: string;
  readonly eventCount: number;
  readonly facts: readonly AlertFact[];
}

/** Nothing is stored of a trial, and what waits to be is let go now and then. */
const FORGET_EVERY = 256;

export const alertKey = (subject: string, currency: string, windowStart: number): string => `${subject}\u0001${currency}\u0001${windowStart}`;
/** A session is named within its player. */
export const subjectKey = (perSession: boolean, subject: string, session: string): string => (perSession ? `${subject}\u0001${session}` : subject);

/**
 * One rule over kept events, by the fold that runs live. Events come subject by subject, each subject's in order, so that one timeline is held at a time. Pure.
 */
export class HistoryTrial {
  /** Evaluations in which the condition failed on its values, and counted as silent; and why the first did. */
  failures = 0;
  firstFailure: string | null = null;
  private readonly rules: TimelineRules;
  private readonly standing = new Map<string, AlertChange>();
  private state = new SubjectState();
  private subject: string | null = null;
  private taken = 0;
  private readonly unread = new ByteWriter();

  constructor(readonly rule: CompiledRule) {
    this.rules = ruleSetOf([rule]).timelines[timelineOf(rule)];
  }

  /** How far back of an event its rule may look: what has to be read before the first event that counts. Microseconds. */
  get lookBack(): number {
    return this.rules.retention;
  }

  /** Gives the alerts of the subject before, when this event is the first of another. */
  take(subject: string, event: RuleEvent): readonly FoundAlert[] {
    const done = subject === this.subject ? [] : this.end();
    this.subject = subject;
    const result = foldEvent(this.state, event, this.rules);
    if (result.kind === 'counted') {
      for (const change of result.changes) this.standing.set(`${change.windowStart}\u0001${change.session}\u0001${change.content.currency}`, change);
      for (const { error } of result.failures) this.failed(error);
    }
    this.taken += 1;
    if (this.taken % FORGET_EVERY === 0) this.state.takeChange(this.unread.reset());
    return done;
  }

  /** The alerts of the last subject. */
  end(): readonly FoundAlert[] {
    const { subject } = this;
    const found = subject === null ? [] : [...this.standing.values()].filter(({ status }) => status === 'open').map((change) => foundOf(change, subject));
    this.standing.clear();
    this.state = new SubjectState();
    this.subject = null;
    return found;
  }

  private failed(error: unknown): void {
    this.failures += 1;
    this.firstFailure ??= error instanceof Error ? error.message : String(error);
  }
}

export const timelineOf = ({ definition: { per } }: CompiledRule): TimelineType => (per === 'session' ? 'player' : per);

function foundOf({ rule, session, windowStart, content }: AlertChange, subject: string): FoundAlert {
  const { currency, playerId, eventTimestamp, eventUuid, eventCount, facts } = content;
  return { key: alertKey(subjectKey(rule.perSession, subject, session), currency, windowStart), subject: rule.perSession ? session : subject, playerId, currency, windowStart, eventTimestamp, eventUuid, eventCount, facts };
}
