import { deviationOf, distinctOf, extremeOf, meanOf, oddsProduct, sumOf } from './aggregate';
import { requiredMicros, MICROS_PER_SECOND } from './duration';
import { EVENT_TYPE_CODES, eventTypeCode, MONEY_FIELDS, type NumberField, type TextField } from './event-fields';
import type { FactDefinition, FactKind, StreakOptions, WindowedOptions } from './facts';
import type { Settings } from './settings';
import { MAX_EVENTS, textColumn, type Timeline, TYPE_MASK } from './timeline';
import { WhereTest } from './where-test';

const ALL_TYPES = (1 << EVENT_TYPE_CODES.length) - 1;
const CURRENCY = textColumn('currency');
const SESSION = textColumn('session_id');

/** Positions that the fact at hand selected; shared, as evaluation is synchronous. */
const selected = new Int32Array(MAX_EVENTS + 1);

export function typeMask(types: string | readonly string[] | undefined): number {
  if (types === undefined) return ALL_TYPES;
  const list = typeof types === 'string' ? [types] : types;
  return list.reduce((mask, type) => mask | (1 << (eventTypeCode.get(type) as number)), 0);
}

type AnyOptions = WindowedOptions & Partial<Pick<StreakOptions, 'until'>> & { readonly field?: NumberField | TextField };

/** A fact made ready: one tight pass over the window selects events, one aggregates them. */
export class FactPlan {
  readonly kind: FactKind;
  /** Microseconds; Infinity for age. */
  readonly within: number;
  /** Types of events that can change the fact. */
  readonly relevant: number;
  private readonly of: number;
  private readonly until: number;
  private readonly numberField: NumberField | null;
  private readonly column: number;
  private readonly sameCurrency: boolean;
  private readonly excludesThis: boolean;
  private readonly tests = new Map<string, WhereTest>();
  private readonly where;

  constructor(
    definition: FactDefinition,
    private readonly settings: Settings,
    private readonly perSession: boolean,
  ) {
    const options: AnyOptions = definition.fact === 'age' ? { within: '30d' } : definition;
    this.kind = definition.fact;
    this.within = definition.fact === 'age' ? Infinity : requiredMicros(options.within);
    this.until = options.until === undefined ? 0 : typeMask(options.until);
    this.of = typeMask(options.of) & ~this.until;
    this.relevant = this.of | this.until;
    this.where = options.where ?? null;
    this.numberField = definition.fact === 'distinct' || options.field === undefined ? null : (options.field as NumberField);
    this.column = definition.fact === 'distinct' ? textColumn(options.field as TextField) : -1;
    this.sameCurrency = [...Object.keys(this.where ?? {}), options.field ?? ''].some((field) => MONEY_FIELDS.has(field));
    this.excludesThis = options.excludingThis === true || definition.fact === 'timeSince';
  }

  value(timeline: Timeline, index: number): number {
    if (this.kind === 'age') return (timeline.timestamp(index) - this.firstTime(timeline, index)) / MICROS_PER_SECOND;
    const count = this.select(timeline, index);
    switch (this.kind) {
      case 'count':
      case 'streak':
        return count;
      case 'sum':
        return sumOf(timeline, this.numberField as NumberField, selected, count);
      case 'mean':
        return meanOf(timeline, this.numberField as NumberField, selected, count);
      case 'deviation':
        return deviationOf(timeline, this.numberField as NumberField, selected, count);
      case 'max':
        return extremeOf(timeline, this.numberField as NumberField, selected, count, 1);
      case 'min':
        return extremeOf(timeline, this.numberField as NumberField, selected, count, -1);
      case 'distinct':
        return distinctOf(timeline, this.column, selected, count);
      case 'streakOdds':
        return oddsProduct(timeline, selected, count);
      case 'timeSince':
        return count === 0 ? Infinity : (timeline.timestamp(index) - timeline.timestamp(selected[count - 1] as number)) / MICROS_PER_SECOND;
    }
  }

  /** Start of the window of the event at `index`, exclusive (inclusive for age). */
  windowStart(timeline: Timeline, index: number): number {
    return this.kind === 'age' ? this.firstTime(timeline, index) : timeline.timestamp(index) - this.within;
  }

  /** True when events that might have counted were let go. An age knows its beginning. */
  truncated(timeline: Timeline, index: number): boolean {
    return this.kind !== 'age' && timeline.lostBefore > timeline.timestamp(index) - this.within;
  }

  /** Marks the positions of the events that the fact rests on. */
  contribute(timeline: Timeline, index: number, marks: Uint8Array): void {
    if (this.kind === 'age') return;
    const count = this.select(timeline, index);
    for (let at = this.kind === 'timeSince' ? Math.max(0, count - 1) : 0; at < count; at += 1) marks[selected[at] as number] = 1;
  }

  /** How far after the event at `position`, just put in, events may see it. Microseconds; -1: none does. */
  reach(timeline: Timeline, position: number): number {
    if (((1 << ((timeline.words[position] as number) & TYPE_MASK)) & this.relevant) === 0) return -1;
    if (this.kind !== 'age') return this.within;
    return this.firstTime(timeline, position) === timeline.timestamp(position) ? Infinity : -1;
  }

  private firstTime(timeline: Timeline, index: number): number {
    if (!this.perSession) return timeline.firstSeen;
    const session = timeline.textId(SESSION, index);
    let first = 0;
    while (timeline.textId(SESSION, first) !== session) first += 1;
    return timeline.timestamp(first);
  }

  /** Fills `selected` with the positions of the events that count, oldest first (a streak's: newest first); returns how many. */
  private select(timeline: Timeline, index: number): number {
    const { words, capacity } = timeline;
    const from = timeline.firstAfter(timeline.timestamp(index) - this.within, index);
    const currency = this.sameCurrency ? timeline.textId(CURRENCY, index) : -1;
    const session = this.perSession ? timeline.textId(SESSION, index) : -1;
    const test = this.where === null ? null : this.testFor(timeline, index);
    const last = this.excludesThis ? index - 1 : index;
    const streak = this.until !== 0;
    const currencies = CURRENCY * capacity;
    const sessions = SESSION * capacity;
    let count = 0;
    for (let step = 0, steps = last - from; step <= steps; step += 1) {
      const at = streak ? last - step : from + step;
      const type = 1 << ((words[at] as number) & TYPE_MASK);
      if ((type & this.relevant) === 0) continue;
      if (currency >= 0 && words[currencies + at] !== currency) continue;
      if (session >= 0 && words[sessions + at] !== session) continue;
      if ((type & this.until) !== 0) break;
      if (test !== null && !test.matches(timeline, at)) continue;
      if (this.numberField !== null && !hasNumber(timeline, this.numberField, at)) continue;
      selected[count++] = at;
    }
    return count;
  }

  private testFor(timeline: Timeline, index: number): WhereTest {
    const currency = timeline.text('currency', index);
    let test = this.tests.get(currency);
    if (!test) this.tests.set(currency, (test = new WhereTest(this.where ?? {}, this.settings, currency)));
    test.prepare(timeline, index);
    return test;
  }
}

function hasNumber(timeline: Timeline, field: NumberField, index: number): boolean {
  const value = timeline.number(field, index);
  return field === 'player_kyc_level' ? value >= 0 : !Number.isNaN(value);
}
