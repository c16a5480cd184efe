import type { EventType } from '@stakewatch/contracts';
import type { RuleEvent, SubjectType } from './event-fields';
import type { FactDefinition } from './facts';
import type { Allowed, Settings } from './settings';

export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export interface Outcome {
  readonly severity: Severity;
  /** Risk score, 0 to 100. */
  readonly score: number;
  readonly tags?: readonly string[];
  /** Activity code of document 003, where the rule stands for one. */
  readonly code?: number;
}

/** Events of an example: fields to set, `after` the one before ('1m', default 1 s), `repeat` times (default 1). */
export type ExampleEvent = Partial<Omit<RuleEvent, 'uuid' | 'event_timestamp' | 'received_at' | 'event_type'>> & {
  readonly type: EventType;
  readonly after?: string;
  readonly repeat?: number;
};

export interface Example {
  readonly name?: string;
  readonly given: readonly ExampleEvent[];
  readonly settings?: Settings;
  readonly then: 'alert' | 'silent';
}

/**
 * A rule as data. Evaluated on each event whose type is in `on`; `when` is a CEL condition over the facts, the settings and
 * `event.<field>`, all by name. Matches of one subject and currency within one cool-down window are one alert.
 */
export interface RuleDefinition {
  /** Tells velocity rules from other services' in the table that they share; absent means this. */
  readonly kind?: 'velocity';
  /** Lower-case words joined by '-', 2 to 64 characters. */
  readonly id: string;
  /** Grows when a built-in rule changes; a company's own rules are numbered by their record. */
  readonly version?: number;
  readonly title: string;
  readonly description: string;
  readonly per: SubjectType;
  readonly on: readonly EventType[];
  readonly facts: Readonly<Record<string, FactDefinition>>;
  readonly when: string;
  readonly settings?: Settings;
  /** What each setting may be: type, unit, range. A built-in rule declares all of them. */
  readonly allowed?: Allowed;
  /** '1s' to '30d', default '1h'. In event time, aligned to the epoch. */
  readonly cooldown?: string;
  readonly outcome: Outcome;
  readonly examples?: readonly Example[];
}

export const DEFAULT_COOLDOWN = '1h';
