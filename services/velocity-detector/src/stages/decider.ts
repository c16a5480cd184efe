import { decisionIdOf, TOPICS } from '@stakewatch/contracts';
import { foldPacked, type FoldResult, type PackedEvent, type RuleSet, type StatePages, SUBJECT_FIELD, type SubjectState, type TimelineType } from '@stakewatch/rules';
import type { AvroCodec, FoldContext, OutgoingRecord } from '@stakewatch/runtime';
import { SERVICE } from '../config';
import { alertRecord } from './alert-record';

/** What metrics and logs are told; the stages themselves have none. */
export interface DetectorObserver {
  onFolded(timeline: TimelineType, outcome: FoldResult['kind'], events: number): void;
  onAlert(ruleId: string, mode: string, status: string): void;
  /** Events of a subject let go before their time, because it has more than are kept. */
  onDropped(timeline: TimelineType, events: number): void;
  onRuleFailed(companyId: string, ruleId: string, error: unknown): void;
}

export interface DeciderDeps {
  readonly codec: AvroCodec;
  readonly rulesFor: (companyId: string) => RuleSet;
  readonly observer: DetectorObserver;
  /** Memory that the states of all partitions share. */
  readonly pages: StatePages;
}

/** What the two stages have in common: one event into one timeline, and what is published of it. */
export class Decider {
  /** Events since the last `tell`, by timeline and outcome. */
  private readonly folded = new Map<TimelineType, Record<FoldResult['kind'], number>>();

  constructor(private readonly deps: DeciderDeps) {}

  decide(timeline: TimelineType, companyId: string, event: PackedEvent, state: SubjectState, at: FoldContext, outputs: OutgoingRecord[]): FoldResult['kind'] {
    const { codec, observer, rulesFor } = this.deps;
    const result = foldPacked(state, event, rulesFor(companyId).timelines[timeline]);
    this.foldedOn(timeline)[result.kind] += 1;
    if (result.kind === 'too_late') outputs.push(this.tooLate(timeline, companyId, event, result.newest, at));
    if (result.kind !== 'counted') return result.kind;
    if (result.dropped > 0) observer.onDropped(timeline, result.dropped);
    for (const { rule, error } of result.failures) observer.onRuleFailed(companyId, rule.id, error);
    for (const change of result.changes) {
      observer.onAlert(change.rule.id, change.rule.mode, change.status);
      outputs.push(alertRecord(codec, change, { companyId, subject: event.text(SUBJECT_FIELD[timeline]), receivedAt: event.receivedAt }, at));
    }
    return 'counted';
  }

  /** Tells the observer what was folded: once a batch, as counting each event costs more than the sum. */
  tell(): void {
    for (const [timeline, counts] of this.folded) {
      for (const outcome of ['counted', 'duplicate', 'too_late'] as const) if (counts[outcome] > 0) this.deps.observer.onFolded(timeline, outcome, counts[outcome]);
    }
    this.folded.clear();
  }

  private foldedOn(timeline: TimelineType): Record<FoldResult['kind'], number> {
    let counts = this.folded.get(timeline);
    if (!counts) this.folded.set(timeline, (counts = { counted: 0, duplicate: 0, too_late: 0 }));
    return counts;
  }

  /** An event that came too late is never dropped in silence: it has its row in history, and this decision says why no rule counted it. */
  private tooLate(timeline: TimelineType, companyId: string, event: PackedEvent, newest: number, at: FoldContext): OutgoingRecord {
    const kind = timeline === 'player' ? 'event.too_late' : `event.too_late.${timeline}`;
    const uuid = event.uuidText();
    const decision = {
      decision_id: decisionIdOf(companyId, SERVICE, kind, uuid),
      company_id: companyId,
      service: SERVICE,
      kind,
      subject_id: uuid,
      player_id: event.text('player_id'),
      outcome: 'not_counted',
      score: null,
      facts: JSON.stringify({ timeline, subject: timeline === 'player' ? undefined : event.text(SUBJECT_FIELD[timeline]), event_timestamp: event.timestamp, newest_timestamp: newest }),
      rule_versions: '{}',
      answer: null,
      decided_at: at.nowMicros,
    };
    return { topic: TOPICS.decisions.name, key: uuid, value: this.deps.codec.encode('decision', decision) };
  }
}
