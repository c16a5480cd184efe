import type { FieldError } from '@stakewatch/contracts';
import { durationMicros } from './duration';

/** What a setting may be, as a rule's `allowed` declares it. The range holds for each value of a setting that differs by currency or account type. */
export type SettingTerms = NumberTerms | DurationTerms | TextTerms | ListTerms | SwitchTerms;

export interface NumberTerms {
  /** integer: whole. money: an amount of the currency at hand, in whole units. */
  readonly type: 'integer' | 'number' | 'money';
  /** What is counted or measured: 'deposits', 'seconds', 'share'. */
  readonly unit: string;
  readonly min: number;
  readonly max: number;
}
export interface DurationTerms {
  readonly type: 'duration';
  /** '1s' to '30d', as the longest. */
  readonly min: string;
  readonly max: string;
}
export interface TextTerms {
  readonly type: 'text';
  readonly oneOf?: readonly string[];
}
export interface ListTerms {
  readonly type: 'list';
  /** What its texts may be; absent: any. */
  readonly of?: readonly string[];
}
export interface SwitchTerms {
  readonly type: 'boolean';
}

/** Most that an amount may be set to: above every balance, and exact in every arithmetic. */
export const MOST_MONEY = 1e12;
export const MONEY_TERMS: NumberTerms = { type: 'money', unit: 'currency units', min: 0, max: MOST_MONEY };
const LONGEST_TEXT = 200;
const LONGEST_LIST = 100;
const SHOWN = 60;

/** In words, as it goes on after "must be". */
export function termsInWords(terms: SettingTerms): string {
  switch (terms.type) {
    case 'duration':
      return `a duration from ${terms.min} to ${terms.max}, like '10m'`;
    case 'text':
      return terms.oneOf ? `one of ${terms.oneOf.join(', ')}` : `a text of at most ${LONGEST_TEXT} characters`;
    case 'list':
      return terms.of ? `a list of texts out of ${terms.of.join(', ')}` : `a list of at most ${LONGEST_LIST} texts`;
    case 'boolean':
      return 'true or false';
    default:
      return `${{ integer: 'a whole number', number: 'a number', money: 'an amount' }[terms.type]}${boundsInWords(terms)}${terms.unit === '' ? '' : ` (${terms.unit})`}`;
  }
}

function boundsInWords({ min, max }: NumberTerms): string {
  if (max === Number.MAX_VALUE) return min === -Number.MAX_VALUE ? '' : ` of at least ${min}`;
  return ` from ${min} to ${max}`;
}

/** What is wrong with one value by its terms: at most one fault. */
export function valueFaults(path: string, terms: SettingTerms, value: unknown): FieldError[] {
  if (!isOfType(terms, value)) return [faultOf('wrong_type', path, terms, value)];
  return isWithin(terms, value) ? [] : [faultOf('out_of_range', path, terms, value)];
}

export function faultOf(code: 'wrong_type' | 'out_of_range', path: string, terms: SettingTerms, value: unknown, more = ''): FieldError {
  const words = termsInWords(terms);
  return { path, message: `must be ${words}${more}, and is ${shown(value)}`, code, allowed: terms };
}

function isOfType(terms: SettingTerms, value: unknown): boolean {
  if (terms.type === 'boolean') return typeof value === 'boolean';
  if (terms.type === 'list') return Array.isArray(value) && value.every((item) => typeof item === 'string');
  if (terms.type === 'text') return typeof value === 'string';
  if (terms.type === 'duration') return typeof value === 'string' && DURATION.test(value);
  return typeof value === 'number' && Number.isFinite(value);
}

const DURATION = /^\d+[smhd]$/;

function isWithin(terms: SettingTerms, given: unknown): boolean {
  if (terms.type === 'boolean') return true;
  if (terms.type === 'list') {
    const items = given as readonly string[];
    return items.length <= LONGEST_LIST && items.every((item) => item.length <= LONGEST_TEXT && (terms.of?.includes(item) ?? true));
  }
  if (terms.type === 'text') return (given as string).length <= LONGEST_TEXT && (terms.oneOf?.includes(given as string) ?? true);
  if (terms.type === 'duration') {
    const micros = durationMicros(given as string);
    return micros !== null && micros >= (durationMicros(terms.min) ?? 0) && micros <= (durationMicros(terms.max) ?? 0);
  }
  const number = given as number;
  return number >= terms.min && number <= terms.max && (terms.type !== 'integer' || Number.isInteger(number));
}

/** Says with each fault how a company that sets it gets the default back. */
export const withDefault = (faults: readonly FieldError[], fallback: unknown): FieldError[] => faults.map((fault) => ({ help: `Give another value, or null for the default, ${shown(fallback)}.`, ...fault }));

/** Says with each fault of a rule's own default what there is to change. */
export const inDefinition = (faults: readonly FieldError[]): FieldError[] => faults.map((fault) => ({ ...fault, help: 'Change the value, or what `allowed` says of it.' }));

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= SHOWN ? text : `${text.slice(0, SHOWN)}…`;
}
