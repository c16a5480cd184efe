import { toMinor } from '../domain/money';
import { UNITS_PER_DOLLAR } from '../domain/currency-scale';

/** A threshold of money: about so many US dollars in every currency, and exact where a currency is named (major units). */
export interface Money {
  readonly about_usd: number;
  readonly by_currency?: Readonly<Record<string, number>>;
}
export type PlainSetting = number | string | boolean | readonly string[] | Money;
export interface ByAccount {
  readonly individual: PlainSetting;
  readonly corporate: PlainSetting;
}
/** One value for all, or one for each account type. */
export type Setting = PlainSetting | ByAccount;
export type Settings = Readonly<Record<string, Setting>>;

export type SettingType = 'double' | 'string' | 'bool' | 'list<string>';
export type Resolved = number | string | boolean | readonly string[];

const unitsPerDollar = (currency: string): number => (Object.hasOwn(UNITS_PER_DOLLAR, currency) ? (UNITS_PER_DOLLAR[currency] as number) : 1);

export const aboutUsd = (amount: number): Money => ({ about_usd: amount });

/** What a setting is for a transaction of this account type and currency; money in minor units. */
export function resolveSetting(setting: Setting, accountType: string, currency: string, exponent: number): Resolved {
  const plain = isByAccount(setting) ? ofAccount(setting, accountType) : setting;
  if (!isMoney(plain)) return plain;
  const exact = plain.by_currency && Object.hasOwn(plain.by_currency, currency) ? plain.by_currency[currency] : undefined;
  return toMinor(exact ?? plain.about_usd * unitsPerDollar(currency), exponent);
}

/** A company's own rule may set one of the two; it then holds for both. */
export function ofAccount({ individual, corporate }: Partial<ByAccount>, accountType: string): PlainSetting {
  return ((accountType === 'corporate' ? corporate : individual) ?? individual ?? corporate) as PlainSetting;
}

export function settingType(setting: Setting): SettingType {
  const plain = isByAccount(setting) ? ofAccount(setting, 'individual') : setting;
  if (typeof plain === 'string') return 'string';
  if (typeof plain === 'boolean') return 'bool';
  return Array.isArray(plain) ? 'list<string>' : 'double';
}

export const isMoneySetting = (setting: Setting): boolean => isMoney(isByAccount(setting) ? ofAccount(setting, 'individual') : setting);

/** A company's settings over the rule's: by account type and by currency, what it does not name stays. */
export function mergeSettings(defaults: Settings, own: Readonly<Record<string, unknown>>): Settings {
  const known = Object.entries(own).filter(([name]) => Object.hasOwn(defaults, name));
  return { ...defaults, ...Object.fromEntries(known.map(([name, value]) => [name, merge(defaults[name] as Setting, value as Setting)])) };
}

function merge(fallback: Setting, own: Setting): Setting {
  if (isByAccount(own)) {
    const [individual, corporate] = isByAccount(fallback) ? [fallback.individual, fallback.corporate] : [fallback, fallback];
    return { individual: mergePlain(individual, own.individual), corporate: mergePlain(corporate, own.corporate) };
  }
  if (isByAccount(fallback)) return { individual: mergePlain(fallback.individual, own), corporate: mergePlain(fallback.corporate, own) };
  return mergePlain(fallback, own);
}

function mergePlain(fallback: PlainSetting, own: PlainSetting | undefined): PlainSetting {
  if (own === undefined) return fallback;
  return isMoney(fallback) && isMoney(own) ? { ...fallback, ...own, by_currency: { ...fallback.by_currency, ...own.by_currency } } : own;
}

export const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
export const isMoney = (value: unknown): value is Money => isRecord(value) && ('about_usd' in value || 'by_currency' in value);
export const isByAccount = (value: Setting): value is ByAccount => isRecord(value) && ('individual' in value || 'corporate' in value);
