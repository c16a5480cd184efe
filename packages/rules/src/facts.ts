import type { EventType } from '@stakewatch/contracts';
import type { NumberField, TextField } from './event-fields';

/** A number, or a setting of the rule (times a factor). */
export type Bound = number | { readonly setting: string; readonly times?: number };
export interface NumberRange {
  readonly atLeast?: Bound;
  readonly above?: Bound;
  readonly atMost?: Bound;
  readonly below?: Bound;
}
/** Equal to the text or one of the texts; `same`: equal to the event at hand's own. */
export type TextMatch = string | readonly string[] | { readonly same: true };
export type Where = { readonly [F in NumberField]?: NumberRange } & { readonly [F in TextField]?: TextMatch };

export interface WindowedOptions {
  /** Event types that count; absent: all. */
  readonly of?: EventType | readonly EventType[];
  /** Length of the window that ends with the event at hand: '1s' to '30d'. Its start is exclusive. */
  readonly within: string;
  readonly where?: Where;
  /** Leave the event at hand out. */
  readonly excludingThis?: boolean;
}
export interface NumberOptions extends WindowedOptions {
  readonly field: NumberField;
}
export interface TextOptions extends WindowedOptions {
  readonly field: TextField;
}
export interface StreakOptions extends WindowedOptions {
  /** Types that end the row. */
  readonly until: EventType | readonly EventType[];
}

/** A named number about the events of the rule's subject up to the event at hand, in the order of (event_timestamp, uuid). */
export type FactDefinition =
  | ({ readonly fact: 'count' | 'timeSince' } & WindowedOptions)
  | ({ readonly fact: 'sum' | 'max' | 'min' | 'mean' | 'deviation' } & NumberOptions)
  | ({ readonly fact: 'distinct' } & TextOptions)
  | ({ readonly fact: 'streak' | 'streakOdds' } & StreakOptions)
  | { readonly fact: 'age' };
export type FactKind = FactDefinition['fact'];

/** What each means: FACT_VOCABULARY. */
export const count = (options: WindowedOptions): FactDefinition => ({ fact: 'count', ...options });
export const sum = (options: NumberOptions): FactDefinition => ({ fact: 'sum', ...options });
export const max = (options: NumberOptions): FactDefinition => ({ fact: 'max', ...options });
export const min = (options: NumberOptions): FactDefinition => ({ fact: 'min', ...options });
export const mean = (options: NumberOptions): FactDefinition => ({ fact: 'mean', ...options });
export const deviation = (options: NumberOptions): FactDefinition => ({ fact: 'deviation', ...options });
export const distinct = (options: TextOptions): FactDefinition => ({ fact: 'distinct', ...options });
export const timeSince = (options: WindowedOptions): FactDefinition => ({ fact: 'timeSince', ...options });
export const streak = (options: StreakOptions): FactDefinition => ({ fact: 'streak', ...options });
export const streakOdds = (options: StreakOptions): FactDefinition => ({ fact: 'streakOdds', ...options });
export const age = (): FactDefinition => ({ fact: 'age' });
