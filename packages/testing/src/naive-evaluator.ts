import { Environment } from '@marcbachmann/cel-js';
import { alertIdOf } from '@stakewatch/contracts';
import type { FactDefinition, RuleDefinition, RuleEvent, Settings, SubjectType } from '@stakewatch/rules';

/**
 * What the velocity rules come to, worked out the plain way: every event of a subject in one array, every fact by filtering all
 * of it. Slow, and independent of the detector's timelines, windows and re-evaluation: tests compare the two. It shares the
 * rules' definitions and nothing else.
 */
export interface NaiveRule {
  readonly definition: RuleDefinition;
  readonly mode?: 'live' | 'dry_run';
  /** Over the definition's own. */
  readonly settings?: Settings;
}

export interface NaiveAlert {
  readonly alertId: string;
  readonly ruleId: string;
  readonly subjectType: SubjectType;
  readonly subject: string;
  readonly playerId: string;
  readonly currency: string;
  readonly windowStart: number;
  readonly eventUuid: string;
  readonly facts: Readonly<Record<string, number>>;
  /** All events that contributed, oldest first. */
  readonly eventUuids: readonly string[];
}

type Event = RuleEvent & { readonly company_id: string };
const DAY = 86_400_000_000;
const UNIT: Record<string, number> = { s: 1e6, m: 60e6, h: 3600e6, d: DAY };
const micros = (text: string) => Number.parseInt(text, 10) * (UNIT[text.slice(-1)] as number);
const SUBJECT: Record<SubjectType, (event: Event) => string | null> = {
  player: (event) => event.player_id,
  session: (event) => (event.session_id ? `${event.player_id}\u0001${event.session_id}` : null),
  device: (event) => event.device_id || null,
  phone: (event) => event.player_phone || null,
  ip: (event) => event.ip_address || null,
};

/** The alerts open in the end, sorted by id, for events in the order of their arrival (duplicates and late ones included). */
export function naiveAlerts(rules: readonly NaiveRule[], arrivals: readonly Event[]): NaiveAlert[] {
  const alerts = rules.flatMap((rule) => groupBy(arrivals, ({ company_id }) => company_id).flatMap((ofCompany) => alertsOfRule(rule, ofCompany)));
  return alerts.sort((a, b) => (a.alertId < b.alertId ? -1 : 1));
}

function alertsOfRule(rule: NaiveRule, arrivals: readonly Event[]): NaiveAlert[] {
  const { per } = rule.definition;
  // A session is judged on its player's events, so lateness is the player's.
  const timelines = groupBy(arrivals, SUBJECT[per === 'session' ? 'player' : per]).map(counted);
  const holds = conditionOf(rule.definition);
  const perSubject = timelines.flatMap((events) => groupBy(events, SUBJECT[per]));
  return perSubject.flatMap((events) => alertsOfSubject(rule, holds, events));
}

/** Each uuid once, without what came more than a day behind the newest before it; then in the order of time. */
function counted(arrivals: readonly Event[]): Event[] {
  const kept: Event[] = [];
  let newest = -Infinity;
  for (const event of arrivals) {
    if (kept.some(({ uuid }) => uuid === event.uuid) || event.event_timestamp < newest - DAY) continue;
    kept.push(event);
    newest = Math.max(newest, event.event_timestamp);
  }
  return kept.sort((a, b) => a.event_timestamp - b.event_timestamp || (a.uuid < b.uuid ? -1 : 1));
}

function alertsOfSubject(rule: NaiveRule, holds: (context: object) => boolean, events: readonly Event[]): NaiveAlert[] {
  const { definition } = rule;
  const cooldown = micros(definition.cooldown ?? '1h');
  const found = new Map<string, NaiveAlert>();
  events.forEach((event, index) => {
    if (!(definition.on as readonly string[]).includes(event.event_type)) return;
    const settings = settingsFor({ ...definition.settings, ...rule.settings }, event.currency);
    const facts: Record<string, number> = {};
    const contributed = new Set([event]);
    for (const [name, fact] of Object.entries(definition.facts)) {
      const { value, from } = factOf(fact, events.slice(0, index + 1), settings);
      facts[name] = value;
      for (const each of from) contributed.add(each);
    }
    if (!holds({ ...settings, ...facts, event: viewOf(event) })) return;
    const windowStart = Math.floor(event.event_timestamp / cooldown) * cooldown;
    const key = `${event.currency} ${windowStart}`;
    if (found.has(key)) return;
    const subject = SUBJECT[definition.per](event) as string;
    found.set(key, {
      alertId: alertIdOf(event.company_id, definition.id, rule.mode ?? 'live', definition.per, subject, event.currency, windowStart),
      ruleId: definition.id,
      subjectType: definition.per,
      subject,
      playerId: event.player_id,
      currency: event.currency,
      windowStart,
      eventUuid: event.uuid,
      facts,
      eventUuids: events.filter((each) => contributed.has(each)).map(({ uuid }) => uuid),
    });
  });
  return [...found.values()];
}

/** `events` end with the event at hand. */
function factOf(fact: FactDefinition, events: readonly Event[], settings: Record<string, unknown>): { value: number; from: readonly Event[] } {
  const now = events.at(-1) as Event;
  if (fact.fact === 'age') return { value: (now.event_timestamp - Math.min(...events.map(({ event_timestamp }) => event_timestamp))) / 1e6, from: [] };
  const where = Object.entries(fact.where ?? {});
  const field = 'field' in fact ? fact.field : '';
  const money = [field, ...where.map(([name]) => name)].some((name) => ['amount', 'balance_before', 'balance_after'].includes(name));
  const of = fact.of === undefined ? null : [fact.of].flat();
  const until: readonly string[] = 'until' in fact ? [fact.until].flat() : [];
  const excluded = fact.excludingThis === true || fact.fact === 'timeSince' ? now : null;
  let candidates = events.filter((event) => event !== excluded && event.event_timestamp > now.event_timestamp - micros(fact.within) && (!money || event.currency === now.currency));
  const stop = candidates.findLastIndex((event) => until.includes(event.event_type));
  candidates = candidates.slice(stop + 1);
  const from = candidates.filter(
    (event) =>
      (of === null || (of as string[]).includes(event.event_type)) &&
      where.every(([name, condition]) => fits(event, now, name, condition, settings)) &&
      (fact.fact === 'distinct' || field === '' || read(event, field) !== null),
  );
  const numbers = from.map((event) => Number(read(event, field)));
  switch (fact.fact) {
    case 'count':
    case 'streak':
      return { value: from.length, from };
    case 'sum':
      return { value: exact(numbers), from };
    case 'max':
      return { value: from.length === 0 ? Number.NaN : Math.max(...numbers), from };
    case 'min':
      return { value: from.length === 0 ? Number.NaN : Math.min(...numbers), from };
    case 'mean':
      return { value: exact(numbers) / from.length, from };
    case 'deviation':
      return { value: deviation(numbers), from };
    case 'distinct':
      return { value: new Set(from.map((event) => read(event, field)).filter((text) => text !== null && text !== '')).size, from };
    case 'streakOdds':
      return { value: from.reduceRight((product, { game_odds }) => product * (game_odds ?? 1), 1), from };
    case 'timeSince': {
      const last = from.at(-1);
      return last ? { value: (now.event_timestamp - last.event_timestamp) / 1e6, from: [last] } : { value: Infinity, from: [] };
    }
  }
}

const read = (event: Event, field: string) => (event as unknown as Record<string, number | string | null>)[field] ?? null;
const whole = (numbers: readonly number[]) => numbers.every(Number.isInteger);
const total = (numbers: readonly number[]) => numbers.reduce((sum, value) => sum + BigInt(value), 0n);
const exact = (numbers: readonly number[]) => (whole(numbers) ? Number(total(numbers)) : numbers.reduce((sum, value) => sum + value, 0));

function deviation(numbers: readonly number[]): number {
  const n = numbers.length;
  if (n === 0) return Number.NaN;
  if (whole(numbers)) return Math.sqrt(Number(BigInt(n) * numbers.reduce((sum, value) => sum + BigInt(value) ** 2n, 0n) - total(numbers) ** 2n)) / n;
  const mean = exact(numbers) / n;
  return Math.sqrt(numbers.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
}

function fits(event: Event, now: Event, field: string, condition: unknown, settings: Record<string, unknown>): boolean {
  const value = read(event, field);
  if (typeof condition === 'string') return value === condition;
  if (Array.isArray(condition)) return condition.includes(value);
  if ((condition as { same?: boolean }).same) return (value ?? '') === (read(now, field) ?? '');
  const bound = (limit: unknown) => (typeof limit === 'number' ? limit : Number(settings[(limit as { setting: string }).setting]) * ((limit as { times?: number }).times ?? 1));
  const number = field === 'player_kyc_level' ? Number(value ?? -1) : value === null ? Number.NaN : Number(value);
  const range = condition as Record<string, unknown>;
  return (
    (range['atLeast'] === undefined || number >= bound(range['atLeast'])) &&
    (range['above'] === undefined || number > bound(range['above'])) &&
    (range['atMost'] === undefined || number <= bound(range['atMost'])) &&
    (range['below'] === undefined || number < bound(range['below'])) &&
    !Number.isNaN(number)
  );
}

function settingsFor(settings: Settings, currency: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, value]) => {
      const table = typeof value === 'object' && 'byCurrency' in value ? value.byCurrency : null;
      return [name, table ? (table[currency] ?? table.default) : value];
    }),
  );
}

function viewOf(event: Event): Record<string, unknown> {
  const numbers = ['amount', 'balance_before', 'balance_after', 'game_odds'];
  return Object.fromEntries(Object.entries(event).map(([name, value]) => [name, value ?? (name === 'player_kyc_level' ? -1 : numbers.includes(name) ? Number.NaN : '')]));
}

/** Untyped on purpose: what a condition means must not hang on the detector's way of compiling it. */
function conditionOf({ when }: RuleDefinition): (context: object) => boolean {
  const environment = new Environment({ unlistedVariablesAreDyn: true });
  environment.registerOperator('double == int', (a: number, b: bigint) => a === Number(b));
  environment.registerOperator('double * int', (a: number, b: bigint) => a * Number(b));
  environment.registerFunction('abs(double): double', (value: number) => Math.abs(value));
  const condition = environment.parse(when);
  return (context) => condition(context) === true;
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string | null): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    if (key === null) continue;
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups.values()];
}
