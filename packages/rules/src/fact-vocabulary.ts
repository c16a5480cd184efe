import { EVENT_TYPE_CODES, NUMBER_FIELDS, SUBJECT_TYPES, TEXT_FIELDS } from './event-fields';
import type { FactKind } from './facts';

export interface FactDocumentation {
  readonly fact: FactKind;
  readonly doc: string;
  readonly unit: string;
  /** What the fact is where no event counts. */
  readonly whenNone: string;
  readonly requires: readonly ('within' | 'field' | 'until')[];
  readonly optional: readonly ('of' | 'where' | 'excludingThis')[];
  /** Fields that `field` may name. */
  readonly fields: readonly string[];
}

const windowed = ['of', 'where', 'excludingThis'] as const;
const overNumbers = { requires: ['within', 'field'], optional: windowed, fields: NUMBER_FIELDS } as const;

/**
 * Every fact that a rule can ask for. Facts over money (or with a `where` on money) take only events in the currency of the event
 * at hand. Windows are open at their start and closed at the event at hand.
 */
export const FACT_VOCABULARY: readonly FactDocumentation[] = [
  { fact: 'count', doc: 'How many events.', unit: 'events', whenNone: '0', requires: ['within'], optional: windowed, fields: [] },
  { fact: 'sum', doc: 'Sum of a number field, exact for whole numbers, rounded once to a double.', unit: "the field's", whenNone: '0', ...overNumbers },
  { fact: 'max', doc: 'Greatest value of a number field.', unit: "the field's", whenNone: 'NaN: no comparison holds', ...overNumbers },
  { fact: 'min', doc: 'Least value of a number field.', unit: "the field's", whenNone: 'NaN: no comparison holds', ...overNumbers },
  { fact: 'mean', doc: 'Mean of a number field.', unit: "the field's", whenNone: 'NaN: no comparison holds', ...overNumbers },
  { fact: 'deviation', doc: 'Standard deviation (of the population) of a number field.', unit: "the field's", whenNone: 'NaN: no comparison holds', ...overNumbers },
  { fact: 'distinct', doc: 'How many different values of a text field; events without a value do not count.', unit: 'values', whenNone: '0', requires: ['within', 'field'], optional: windowed, fields: TEXT_FIELDS },
  { fact: 'timeSince', doc: 'Seconds since the newest such event before the event at hand.', unit: 'seconds', whenNone: 'Infinity', requires: ['within'], optional: ['of', 'where'], fields: [] },
  { fact: 'streak', doc: 'How many events in a row, counted back from the event at hand until one of the types in `until`.', unit: 'events', whenNone: '0', requires: ['within', 'until'], optional: windowed, fields: [] },
  { fact: 'streakOdds', doc: 'Product of the odds of a streak: its chance is one in this, were the odds fair. Events without odds count as 1.', unit: 'decimal odds', whenNone: '1', requires: ['within', 'until'], optional: windowed, fields: [] },
  { fact: 'age', doc: 'Seconds since the first event ever seen of the subject (for a session: of those kept).', unit: 'seconds', whenNone: '0', requires: [], optional: [], fields: [] },
];

/** Variables of a condition besides facts and settings: `event.<field>`. */
export const EVENT_VARIABLES = [
  { name: 'event_type', type: 'string', doc: EVENT_TYPE_CODES.join(', ') },
  ...NUMBER_FIELDS.map((name) => ({ name, type: 'double', doc: name === 'player_kyc_level' ? '-1 where the event has none.' : 'NaN where the event has none: no comparison holds but !=.' })),
  ...TEXT_FIELDS.map((name) => ({ name, type: 'string', doc: "'' where the event has none." })),
] as const;

/** What a condition can call besides CEL's own functions. */
export const CONDITION_FUNCTIONS = [{ signature: 'abs(double): double', doc: 'The value without its sign.' }] as const;

/** What the rule editor and GET /api/v1/rules/facts show. */
export const RULE_LANGUAGE = { facts: FACT_VOCABULARY, event: EVENT_VARIABLES, functions: CONDITION_FUNCTIONS, subjects: SUBJECT_TYPES, eventTypes: EVENT_TYPE_CODES } as const;
