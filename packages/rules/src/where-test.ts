import { NUMBER_FIELDS, type NumberField, TEXT_PLACE, type TextField } from './event-fields';
import type { Bound, NumberRange, TextMatch, Where } from './facts';
import { settingFor, type Settings } from './settings';
import type { Timeline } from './timeline';

interface NumberTest {
  readonly field: NumberField;
  readonly atLeast: number;
  readonly above: number;
  readonly atMost: number;
  readonly below: number;
}
interface TextTest {
  readonly column: number;
  /** As bytes; null: the event at hand's own. */
  readonly texts: readonly Buffer[] | null;
  /** Numbers of the texts in the timeline at hand. */
  ids: number[];
}

/** A fact's `where`, its bounds resolved for one currency. */
export class WhereTest {
  private readonly numbers: NumberTest[] = [];
  private readonly texts: TextTest[] = [];

  constructor(where: Where, settings: Settings, currency: string) {
    for (const [field, condition] of Object.entries(where)) {
      if ((NUMBER_FIELDS as readonly string[]).includes(field)) this.numbers.push(numberTest(field as NumberField, condition as NumberRange, settings, currency));
      else this.texts.push(textTest(field as TextField, condition as TextMatch));
    }
  }

  /** Looks the texts up in the timeline at hand; call before `matches`. */
  prepare(timeline: Timeline, index: number): void {
    for (const test of this.texts) test.ids = test.texts === null ? [timeline.textId(test.column, index)] : test.texts.map((text) => timeline.texts.find(text, 0, text.length));
  }

  /** Whether the test of one event is the test of the other, both of one currency. */
  selectsAlike(timeline: Timeline, one: number, other: number): boolean {
    for (const { column, texts } of this.texts) if (texts === null && timeline.textId(column, one) !== timeline.textId(column, other)) return false;
    return true;
  }

  matches(timeline: Timeline, index: number): boolean {
    for (const { field, atLeast, above, atMost, below } of this.numbers) {
      const value = timeline.number(field, index);
      if (!(value >= atLeast && value > above && value <= atMost && value < below)) return false;
    }
    for (const { column, ids } of this.texts) if (!ids.includes(timeline.textId(column, index))) return false;
    return true;
  }
}

function numberTest(field: NumberField, range: NumberRange, settings: Settings, currency: string): NumberTest {
  const resolve = (bound: Bound | undefined, none: number) => {
    if (bound === undefined || typeof bound === 'number') return bound ?? none;
    return (settingFor(settings[bound.setting] as number, currency) as number) * (bound.times ?? 1);
  };
  return { field, atLeast: resolve(range.atLeast, -Infinity), above: resolve(range.above, -Infinity), atMost: resolve(range.atMost, Infinity), below: resolve(range.below, Infinity) };
}

function textTest(field: TextField, match: TextMatch): TextTest {
  const texts = typeof match === 'string' ? [match] : Array.isArray(match) ? (match as readonly string[]) : null;
  return { column: TEXT_PLACE[field], texts: texts && texts.map((text) => Buffer.from(text)), ids: [] };
}
