import { deviationOf, distinctOf, extremeOf, meanOf, oddsProduct, sumOf } from './aggregate';
import { requiredMicros, MICROS_PER_SECOND } from './duration';
import { EVENT_TYPE_CODES, eventTypeCode, MONEY_FIELDS, type NumberField, TEXT_PLACE, type TextField } from './event-fields';
import type { FactDefinition, FactKind, StreakOptions, WindowedOptions } from './facts';
import type { Settings } from './settings';
import { RunningWindow } from './running-window';
import { MAX_EVENTS, type Timeline } from './timeline';
import { TEXT_COUNT, TYPE_MASK } from './timeline-block';
import { WhereTest } from './where-test';

const ALL_TYPES = (1 << EVENT_TYPE_CODES.length) - 1;
const CURRENCY = TEXT_PLACE.currency;
const SESSION = TEXT_PLACE.session_id;
/** Windows of fewer events are looked at whole: that is quicker than to keep account. */
const RUNNING_FROM = 48;

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
  /** The window of the evaluation before, where this one's may follow from it. */
  private readonly running: RunningWindow | null;
  private runningOn: { version: number; index: number; last: number; built: boolean } | null = null;

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
    this.column = definition.fact === 'distinct' ? TEXT_PLACE[options.field as TextField] : -1;
    this.sameCurrency = [...Object.keys(this.where ?? {}), options.field ?? ''].some((field) => MONEY_FIELDS.has(field));
    this.excludesThis = options.excludingThis === true || definition.fact === 'timeSince';
    this.running = RunningWindow.for(this.kind, this.numberField, this.column);
  }

  value(timeline: Timeline, index: number): number {
    if (this.kind === 'age') return (timeline.timestamp(index) - this.firstTime(timeline, index)) / MICROS_PER_SECOND;
    const from = timeline.firstAfter(timeline.timestamp(index) - this.within, index);
    if (this.running !== null && index - from >= RUNNING_FROM) {
      const value = this.follow(timeline, index, from, this.running);
      if (value !== null) return value;
    }
    const count = this.select(timeline, index, from);
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
    const count = this.select(timeline, index, timeline.firstAfter(timeline.timestamp(index) - this.within, index));
    for (let at = this.kind === 'timeSince' ? Math.max(0, count - 1) : 0; at < count; at += 1) marks[selected[at] as number] = 1;
  }

  /** How far after the event at `position`, just put in, events may see it. Microseconds; -1: none does. */
  reach(timeline: Timeline, position: number): number {
    if (((1 << (timeline.typeWord(position) & TYPE_MASK)) & this.relevant) === 0) return -1;
    if (this.kind !== 'age') return this.couldSelect(timeline, position) ? this.within : -1;
    return this.firstTime(timeline, position) === timeline.timestamp(position) ? Infinity : -1;
  }

  /** Whether any event's fact can rest on the one at `position`, or end with it. */
  private couldSelect(timeline: Timeline, position: number): boolean {
    if (((1 << (timeline.typeWord(position) & TYPE_MASK)) & this.until) !== 0) return true;
    if (this.numberField !== null && !hasNumber(timeline, this.numberField, position)) return false;
    // `same` is met by the event itself; the bounds are those of its own currency, and of every currency where currencies mix.
    return this.where === null || !this.sameCurrency || this.testFor(timeline, position).matches(timeline, position);
  }

  private firstTime(timeline: Timeline, index: number): number {
    if (!this.perSession) return timeline.firstSeen;
    const session = timeline.textId(SESSION, index);
    let first = 0;
    while (timeline.textId(SESSION, first) !== session) first += 1;
    return timeline.timestamp(first);
  }

  /** Fills `selected` with the positions of the events that count, oldest first (a streak's: newest first); returns how many. */
  private select(timeline: Timeline, index: number, from: number): number {
    const { words, types, ids, idsAt } = timeline;
    const currency = this.sameCurrency ? timeline.textId(CURRENCY, index) : -1;
    const session = this.perSession ? timeline.textId(SESSION, index) : -1;
    const test = this.where === null ? null : this.testFor(timeline, index);
    const last = this.excludesThis ? index - 1 : index;
    const streak = this.until !== 0;
    let count = 0;
    for (let step = 0, steps = last - from; step <= steps; step += 1) {
      const at = streak ? last - step : from + step;
      const type = 1 << ((words[types + at] as number) & TYPE_MASK);
      if ((type & this.relevant) === 0) continue;
      const row = idsAt + at * TEXT_COUNT;
      if (currency >= 0 && ids[row + CURRENCY] !== currency) continue;
      if (session >= 0 && ids[row + SESSION] !== session) continue;
      if ((type & this.until) !== 0) break;
      if (test !== null && !test.matches(timeline, at)) continue;
      if (this.numberField !== null && !hasNumber(timeline, this.numberField, at)) continue;
      selected[count++] = at;
    }
    return count;
  }

  /**
   * The fact from the evaluation before, when that was on the same timeline, not after this one, and selected by the same. The
   * first of a row is only remembered: most stay alone. Null: look at the whole window.
   */
  private follow(timeline: Timeline, index: number, from: number, running: RunningWindow): number | null {
    const before = this.runningOn;
    if (before === null || before.version !== timeline.version || before.index > index || !this.selectsAlike(timeline, before.index, index)) {
      this.runningOn = { version: timeline.version, index, last: -1, built: false };
      return null;
    }
    if (!before.built) {
      running.clear();
      before.last = from - 1;
      before.built = true;
    }
    const last = this.excludesThis ? index - 1 : index;
    const test = this.where === null ? null : this.testFor(timeline, index);
    for (let at = before.last + 1; at <= last; at += 1) this.take(timeline, at, index, test, running);
    running.shift(timeline, from);
    before.last = Math.max(before.last, last);
    before.index = index;
    return running.value(timeline, index);
  }

  /** What `select` does with one event: takes it, leaves it, or ends the row before it. */
  private take(timeline: Timeline, at: number, index: number, test: WhereTest | null, running: RunningWindow): void {
    const type = 1 << (timeline.typeWord(at) & TYPE_MASK);
    if ((type & this.relevant) === 0) return;
    if (this.sameCurrency && timeline.textId(CURRENCY, at) !== timeline.textId(CURRENCY, index)) return;
    if (this.perSession && timeline.textId(SESSION, at) !== timeline.textId(SESSION, index)) return;
    if ((type & this.until) !== 0) return running.clear();
    if (test !== null && !test.matches(timeline, at)) return;
    if (this.numberField !== null && !hasNumber(timeline, this.numberField, at)) return;
    running.push(timeline, at);
  }

  private selectsAlike(timeline: Timeline, one: number, other: number): boolean {
    if ((this.sameCurrency || this.where !== null) && timeline.textId(CURRENCY, one) !== timeline.textId(CURRENCY, other)) return false;
    if (this.perSession && timeline.textId(SESSION, one) !== timeline.textId(SESSION, other)) return false;
    return this.where === null || this.testFor(timeline, one).selectsAlike(timeline, one, other);
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
