import { decisionIdOf, TOPICS } from '@stakewatch/contracts';
import { foldEvent, type FoldResult, type RuleEvent, type RuleSet, type SubjectState, type TimelinePages, type TimelineType } from '@stakewatch/rules';
import type { AvroCodec, FoldContext, OutgoingRecord, StateWrite } from '@stakewatch/runtime';
import { SERVICE } from '../config';
import { alertRecord } from './alert-record';

/** How long a subject that is not seen again is remembered: its first sight outlives its events. */
const SUBJECT_TTL_MS = 180 * 86_400_000;

/** What metrics and logs are told; the stages themselves have none. */
export interface DetectorObserver {
  onFolded(timeline: TimelineType, outcome: FoldResult['kind']): void;
  onAlert(ruleId: string, mode: string, status: string): void;
  /** Events of a subject let go before their time, because it has more than are kept. */
  onDropped(timeline: TimelineType, events: number): void;
  onRuleFailed(companyId: string, ruleId: string, error: unknown): void;
}

export interface DeciderDeps {
  readonly codec: AvroCodec;
  readonly rulesFor: (companyId: string) => RuleSet;
  readonly observer: DetectorObserver;
  /** Memory that the timelines of all partitions share; absent: each has its own. */
  readonly pages?: TimelinePages;
}

export const stateKey = (timeline: TimelineType, companyId: string, subject: string): string => `${timeline}|${companyId}|${subject}`;

/** What the two stages have in common: one event into one timeline, and what is published of it. */
export class Decider {
  constructor(private readonly deps: DeciderDeps) {}

  decide(timeline: TimelineType, subject: string, event: RuleEvent & { company_id: string }, state: SubjectState, at: FoldContext, outputs: OutgoingRecord[]): FoldResult['kind'] {
    const { codec, observer, rulesFor } = this.deps;
    const companyId = event.company_id;
    const result = foldEvent(state, event, rulesFor(companyId).timelines[timeline]);
    observer.onFolded(timeline, result.kind);
    if (result.kind === 'too_late') outputs.push(this.tooLate(timeline, subject, event, result.newest, at));
    if (result.kind !== 'counted') return result.kind;
    if (result.dropped > 0) observer.onDropped(timeline, result.dropped);
    for (const { rule, error } of result.failures) observer.onRuleFailed(companyId, rule.id, error);
    for (const change of result.changes) {
      observer.onAlert(change.rule.id, change.rule.mode, change.status);
      outputs.push(alertRecord(codec, change, { companyId, subject, receivedAt: event.received_at }, at));
    }
    return 'counted';
  }

  /** An event that came too late is never dropped in silence: it has its row in history, and this decision says why no rule counted it. */
  private tooLate(timeline: TimelineType, subject: string, event: RuleEvent & { company_id: string }, newest: number, at: FoldContext): OutgoingRecord {
    const kind = timeline === 'player' ? 'event.too_late' : `event.too_late.${timeline}`;
    const decision = {
      decision_id: decisionIdOf(event.company_id, SERVICE, kind, event.uuid),
      company_id: event.company_id,
      service: SERVICE,
      kind,
      subject_id: event.uuid,
      player_id: event.player_id,
      outcome: 'not_counted',
      score: null,
      facts: JSON.stringify({ timeline, subject: timeline === 'player' ? undefined : subject, event_timestamp: event.event_timestamp, newest_timestamp: newest }),
      rule_versions: '{}',
      answer: null,
      decided_at: at.nowMicros,
    };
    return { topic: TOPICS.decisions.name, key: event.uuid, value: this.deps.codec.encode('decision', decision) };
  }
}

export function subjectWrite(key: string, state: SubjectState): StateWrite | null {
  const write = state.takeWrite();
  return write && { key, op: write.op, bytes: write.bytes, ttlMs: SUBJECT_TTL_MS };
}
