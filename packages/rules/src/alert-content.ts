import { hash } from 'node:crypto';
import type { AlertFact } from '@stakewatch/contracts';
import type { CompiledRule } from './compiled-rule';
import { MAX_EVENTS, type Timeline } from './timeline';

/** What an alert says, apart from its rule and revision. Times in microseconds UTC. */
export interface AlertContent {
  readonly eventUuid: string;
  readonly eventTimestamp: number;
  /** Player of the event that triggered it. */
  readonly playerId: string;
  readonly currency: string;
  readonly facts: readonly AlertFact[];
  /** Events that the facts rest on and the event itself, oldest first, the newest LISTED_EVENTS of them. */
  readonly eventUuids: readonly string[];
  readonly eventCount: number;
}

export const LISTED_EVENTS = 100;

export function alertContent(rule: CompiledRule, timeline: Timeline, index: number): AlertContent {
  const contributed = contributions(rule, timeline, index);
  return {
    eventUuid: timeline.uuid(index),
    eventTimestamp: timeline.timestamp(index),
    playerId: timeline.text('player_id', index),
    currency: timeline.text('currency', index),
    facts: rule.facts.map(({ name, plan }) => ({
      name,
      value: plan.value(timeline, index),
      window_start: plan.windowStart(timeline, index),
      window_end: timeline.timestamp(index),
      truncated: plan.truncated(timeline, index),
    })),
    eventUuids: contributed.newest.map((position) => timeline.uuid(position)),
    eventCount: contributed.count,
  };
}

const marks = new Uint8Array(MAX_EVENTS + 1);

/** Positions of the newest LISTED_EVENTS events that the facts rest on or that triggered, oldest first, and how many there are in all. */
function contributions(rule: CompiledRule, timeline: Timeline, index: number): { newest: number[]; count: number } {
  marks.fill(0, 0, index + 1);
  marks[index] = 1;
  for (const { plan } of rule.facts) plan.contribute(timeline, index, marks);
  const newest: number[] = [];
  let count = 0;
  for (let position = index; position >= 0; position -= 1) {
    if (marks[position] === 0) continue;
    count += 1;
    if (count <= LISTED_EVENTS) newest.push(position);
  }
  return { newest: newest.reverse(), count };
}

/** 48 bits that differ when the content does. */
export function contentFingerprint(content: AlertContent): number {
  const facts = content.facts.map(({ name, value, window_start, window_end, truncated }) => [name, String(value), window_start, window_end, truncated]);
  return Number.parseInt(hash('sha1', JSON.stringify([content.eventUuid, facts, content.eventUuids, content.eventCount]), 'hex').slice(0, 12), 16);
}
