import { type Alert, alertIdOf, TOPICS } from '@stakewatch/contracts';
import type { AlertChange } from '@stakewatch/rules';
import type { AvroCodec, FoldContext, OutgoingRecord } from '@stakewatch/runtime';

export interface AlertOrigin {
  readonly companyId: string;
  /** Subject of the timeline: player, device, phone or IP. */
  readonly subject: string;
  /** Of the event whose arrival made the change; microseconds. */
  readonly receivedAt: number;
}

/** One revision of an alert as it goes to alerts.v1. A session is named within its player: two players' sessions of one name are two. */
export function alertRecord(codec: AvroCodec, change: AlertChange, origin: AlertOrigin, at: FoldContext): OutgoingRecord {
  const alert = alertOf(change, origin, at);
  return { topic: TOPICS.alerts.name, key: alert.alert_id, value: codec.encode('alert', alert) };
}

export function alertOf({ rule, status, revision, windowStart, session, content }: AlertChange, { companyId, subject, receivedAt }: AlertOrigin, at: FoldContext): Alert {
  const { definition } = rule;
  const identity = rule.perSession ? `${subject}\u0001${session}` : subject;
  return {
    alert_id: alertIdOf(companyId, rule.id, rule.mode, definition.per, identity, content.currency, windowStart),
    revision,
    company_id: companyId,
    status,
    mode: rule.mode,
    rule_id: rule.id,
    rule_version: rule.version,
    rule_title: definition.title,
    severity: definition.outcome.severity,
    score: definition.outcome.score,
    tags: [...(definition.outcome.tags ?? [])],
    subject_type: definition.per,
    subject: rule.perSession ? session : subject,
    player_id: content.playerId,
    window_start: windowStart,
    window_end: windowStart + rule.cooldown,
    event_uuid: content.eventUuid,
    event_timestamp: content.eventTimestamp,
    currency: content.currency,
    facts: [...content.facts],
    settings: JSON.stringify(rule.settings),
    event_uuids: [...content.eventUuids],
    event_count: content.eventCount,
    event_received_at: receivedAt,
    decided_at: at.nowMicros,
  };
}
