import type { FieldError } from '@stakewatch/contracts';
import { faultOf, type SettingTerms, valueFaults, withDefault } from './setting-terms';

/** A threshold in whole currency units, by ISO 4217 code; `default` for every other currency. */
export interface ByCurrency {
  readonly byCurrency: Readonly<Record<string, number>> & { readonly default: number };
}
export type SettingValue = number | string | boolean | readonly string[] | ByCurrency;
export type Settings = Readonly<Record<string, SettingValue>>;

/** About what one euro is worth, in whole units; only to give thresholds a sensible default. */
const PER_EURO: Readonly<Record<string, number>> = { EUR: 1, USD: 1.1, GBP: 0.85, XOF: 650, XAF: 650, GHS: 12, NGN: 1700, KES: 140, MAD: 11, TND: 3.3, GNF: 9500, ZAR: 20 };

/** A threshold of about so many euros in each currency known, rounded to two significant figures. */
export function aboutEuros(euros: number): ByCurrency {
  const values = Object.fromEntries(Object.entries(PER_EURO).map(([code, rate]) => [code, Number((euros * rate).toPrecision(2))]));
  return { byCurrency: { ...values, default: euros } };
}

export function isByCurrency(value: unknown): value is ByCurrency {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'byCurrency' in value;
}

/** What a setting is for an event in `currency`. */
export function settingFor(value: SettingValue, currency: string): number | string | boolean | readonly string[] {
  return isByCurrency(value) ? (value.byCurrency[currency] ?? value.byCurrency.default) : value;
}

export type SettingType = 'double' | 'string' | 'bool' | 'list<string>';
export function settingType(value: SettingValue): SettingType {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  return Array.isArray(value) ? 'list<string>' : 'double';
}

/** What a rule has of settings: the defaults, and what each may be. */
export interface HasSettings {
  readonly settings?: Settings;
  readonly allowed?: Allowed;
}
export type Allowed = Readonly<Record<string, SettingTerms>>;

/** For a setting that a company's own rule does not declare: its type is the default's, and it has no range. */
function undeclaredTerms(value: SettingValue): SettingTerms {
  const type = settingType(value);
  if (type === 'string') return { type: 'text' };
  if (type === 'bool') return { type: 'boolean' };
  return type === 'list<string>' ? { type: 'list' } : { type: 'number', unit: '', min: -Number.MAX_VALUE, max: Number.MAX_VALUE };
}

/** What each setting of a rule may be: as declared, else of its default's type. */
export const allowedOf = ({ settings = {}, allowed = {} }: HasSettings): Allowed => declaredTerms(settings, allowed, undeclaredTerms);

/** The terms of each setting: as declared, else what its default says by `undeclared`. */
export function declaredTerms<Value>(settings: Readonly<Record<string, Value>>, allowed: Allowed, undeclared: (value: Value) => SettingTerms): Allowed {
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, Object.hasOwn(allowed, name) ? (allowed[name] as SettingTerms) : undeclared(value)]));
}

/** A fault for each setting of which a rule does not say what it may be. */
export function undeclaredSettings({ settings = {}, allowed = {} }: { readonly settings?: object; readonly allowed?: Allowed }): FieldError[] {
  const names = Object.keys(settings).filter((name) => !Object.hasOwn(allowed, name));
  return names.map((name) => ({ path: `allowed.${name}`, message: 'is missing: say what the setting may be', code: 'undeclared', help: `Give type, unit and range, like "allowed": {"${name}": {"type": "integer", "unit": "events", "min": 1, "max": 1000}}.` }));
}

type Overrides = Readonly<Record<string, unknown>>;

/** What is wrong with a company's settings for a rule, by path. Numbers may differ by currency. */
export const settingsFaults = (definition: HasSettings, settings: Overrides): FieldError[] => faultsOf(definition, settings, settingFaults);

/** The same where a setting is one value for all currencies. */
export const plainSettingsFaults = (definition: HasSettings, settings: Overrides): FieldError[] => faultsOf(definition, settings, valueFaults);

function faultsOf(definition: HasSettings, settings: Overrides, check: (path: string, terms: SettingTerms, value: unknown) => FieldError[]): FieldError[] {
  const allowed = allowedOf(definition);
  return Object.entries(settings).flatMap(([name, value]) => (Object.hasOwn(allowed, name) ? withDefault(check(`settings.${name}`, allowed[name] as SettingTerms, value), definition.settings?.[name]) : [unknownSetting(name, Object.keys(allowed))]));
}

export function unknownSetting(name: string, known: readonly string[]): FieldError {
  return { path: `settings.${name}`, message: `is not a setting of the rule; it has: ${known.join(', ') || 'none'}`, code: 'unknown_setting', allowed: known, help: known.length === 0 ? 'Leave it out.' : `Give one of ${known.join(', ')}.` };
}

const BY_CURRENCY = ', or {"byCurrency": {"default": number, …}} of such';

/** A value of a setting: one for all currencies, or numbers by currency. */
function settingFaults(path: string, terms: SettingTerms, value: unknown): FieldError[] {
  if (isNumeric(terms) && isByCurrency(value)) return byCurrencyFaults(path, terms, value.byCurrency);
  const faults = valueFaults(path, terms, value);
  return isNumeric(terms) && faults[0]?.code === 'wrong_type' ? [faultOf('wrong_type', path, terms, value, BY_CURRENCY)] : faults;
}

function byCurrencyFaults(path: string, terms: SettingTerms, values: unknown): FieldError[] {
  if (typeof values !== 'object' || values === null || !Object.hasOwn(values, 'default')) return [faultOf('wrong_type', path, terms, { byCurrency: values }, BY_CURRENCY)];
  return Object.entries(values).flatMap(([currency, value]) => valueFaults(`${path}.byCurrency.${currency}`, terms, value));
}

const isNumeric = ({ type }: SettingTerms): boolean => type === 'integer' || type === 'number' || type === 'money';

/** The settings that may be used, and what is wrong with the others, which count as not set. `check` is the rule's own. */
export function fittingSettings<F>(settings: Overrides, check: (settings: Overrides) => readonly F[]): { readonly fitting: Overrides; readonly faults: readonly F[] } {
  const checked = Object.entries(settings).map(([name, value]) => ({ name, value, faults: check({ [name]: value }) }));
  return { fitting: Object.fromEntries(checked.filter(({ faults }) => faults.length === 0).map(({ name, value }) => [name, value])), faults: checked.flatMap(({ faults }) => faults) };
}
