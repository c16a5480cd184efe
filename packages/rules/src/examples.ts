import { hash } from 'node:crypto';
import { CompiledRule } from './compiled-rule';
import { MICROS_PER_SECOND, requiredMicros } from './duration';
import type { RuleEvent } from './event-fields';
import type { Example, ExampleEvent, RuleDefinition } from './rule';
import { Trial } from './trial';

export interface ExampleResult {
  readonly index: number;
  readonly name: string;
  readonly expected: Example['then'];
  readonly actual: Example['then'];
  readonly passed: boolean;
}

/** Noon, so that an example of a few hours stays in one day. */
const START = Date.UTC(2026, 1, 3, 12) * 1_000;
const DEFAULTS: Omit<RuleEvent, 'uuid' | 'event_timestamp' | 'received_at' | 'event_type'> = {
  amount: 1_000,
  currency: 'XOF',
  balance_before: null,
  balance_after: null,
  game_odds: null,
  player_id: 'player-1',
  player_kyc_level: null,
  player_country: null,
  operator: null,
  ip_address: '203.0.113.7',
  session_id: 'session-1',
  device_id: 'device-1',
  player_phone: '+221770000001',
  device_type: null,
  game_type: null,
  game_id: null,
  game_sport: null,
  game_competition: null,
};

/** The events of an example, in order, all of one subject of each type unless they say otherwise. */
export function exampleEvents(given: readonly ExampleEvent[]): RuleEvent[] {
  const events: RuleEvent[] = [];
  let time = START;
  for (const { type, after, repeat = 1, ...fields } of given) {
    for (let copy = 0; copy < repeat; copy += 1) {
      if (events.length > 0) time += after === undefined ? MICROS_PER_SECOND : after === '0s' ? 0 : requiredMicros(after);
      events.push({ ...DEFAULTS, ...fields, uuid: exampleUuid(events.length), event_type: type, event_timestamp: time, received_at: time });
    }
  }
  return events;
}

function exampleUuid(index: number): string {
  const digits = hash('sha1', `example ${index}`, 'hex');
  return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-8${digits.slice(13, 16)}-8${digits.slice(17, 20)}-${digits.slice(20, 32)}`;
}

/** Runs a rule's examples through the evaluator that runs live. */
export function runExamples(rule: RuleDefinition): ExampleResult[] {
  return (rule.examples ?? []).map((example, index) => {
    const actual = raises(rule, example) ? 'alert' : 'silent';
    return { index, name: example.name ?? `example ${index + 1}`, expected: example.then, actual, passed: actual === example.then };
  });
}

function raises(rule: RuleDefinition, example: Example): boolean {
  const trial = new Trial(new CompiledRule(rule, 'live', 1, example.settings ?? {}));
  return exampleEvents(example.given).some((event) => {
    const taken = trial.take(event);
    return taken !== null && taken.result.kind === 'counted' && taken.result.changes.length > 0;
  });
}
