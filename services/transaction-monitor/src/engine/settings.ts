import { durationMicros } from '@stakewatch/rules';
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
function ofAccount({ individual, corporate }: Partial<ByAccount>, accountType: string): PlainSetting {
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

export interface SettingFault {
  readonly path: string;
  readonly message: string;
}

/** What is wrong with a company's settings for a rule with these defaults; each fault names its field. */
export function settingsFaults(defaults: Settings, own: unknown): readonly SettingFault[] {
  if (typeof own !== 'object' || own === null || Array.isArray(own)) return [{ path: 'settings', message: 'must be an object' }];
  return Object.entries(own).flatMap(([name, value]): SettingFault[] => {
    const fallback = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (fallback === undefined) return [{ path: `settings.${name}`, message: `is no setting of this rule; it has: ${Object.keys(defaults).join(', ') || 'none'}` }];
    return faultsOfSetting(`settings.${name}`, fallback, value);
  });
}

/** What is wrong with the settings that a rule declares: each must be of a kind that a setting can have. */
export function declarationFaults(settings: Readonly<Record<string, unknown>>): readonly SettingFault[] {
  return Object.entries(settings).flatMap(([name, value]): readonly SettingFault[] => {
    const path = `settings.${name}`;
    const parts = isRecord(value) && ('individual' in value || 'corporate' in value) ? Object.values(value) : [value];
    if (!parts.every(isPlain)) return [{ path, message: 'must be a number, a text, true or false, a list of texts, {"about_usd": number}, or one of these for individual and corporate each' }];
    if (parts.some((part) => isMoney(part) && (part as Partial<Money>).about_usd === undefined)) return [{ path, message: 'must have about_usd, for the currencies that by_currency does not name' }];
    return settingsFaults({ [name]: value as Setting }, { [name]: value });
  });
}

const isPlain = (value: unknown): boolean => ['number', 'string', 'boolean'].includes(typeof value) || Array.isArray(value) || isMoney(value);

function faultsOfSetting(path: string, fallback: Setting, value: unknown): SettingFault[] {
  const plain = isByAccount(fallback) ? ofAccount(fallback, 'individual') : fallback;
  if (!isRecord(value) || (!('individual' in value) && !('corporate' in value))) return plainFaults(path, plain, value);
  return Object.entries(value).flatMap(([type, each]) => (type === 'individual' || type === 'corporate' ? plainFaults(`${path}.${type}`, plain, each) : [{ path: `${path}.${type}`, message: 'must be individual or corporate' }]));
}

function plainFaults(path: string, fallback: PlainSetting, value: unknown): SettingFault[] {
  const fault = (message: string): SettingFault[] => [{ path, message }];
  if (isMoney(fallback)) return moneyFaults(path, value);
  if (typeof fallback === 'number') return isAmount(value) ? [] : fault('must be a number of at least 0');
  if (typeof fallback === 'boolean') return typeof value === 'boolean' ? [] : fault('must be true or false');
  if (Array.isArray(fallback)) return Array.isArray(value) && value.length <= 100 && value.every((item) => typeof item === 'string' && item.length <= 100) ? [] : fault('must be a list of at most 100 texts');
  if (durationMicros(fallback as string) !== null) return typeof value === 'string' && durationMicros(value) !== null ? [] : fault("must be a duration from '1s' to '30d', like '10m'");
  return typeof value === 'string' && value.length <= 200 ? [] : fault('must be a text of at most 200 characters');
}

function moneyFaults(path: string, value: unknown): SettingFault[] {
  if (!isRecord(value)) return [{ path, message: 'must be {"about_usd": number} and/or {"by_currency": {"USD": number}}' }];
  return Object.entries(value).flatMap(([name, each]): SettingFault[] => {
    if (name === 'about_usd') return isAmount(each) ? [] : [{ path: `${path}.about_usd`, message: 'must be a number of at least 0' }];
    if (name !== 'by_currency' || !isRecord(each)) return [{ path: `${path}.${name}`, message: 'must be about_usd or by_currency' }];
    return Object.entries(each).flatMap(([code, amount]) => (/^[A-Z]{3}$/.test(code) && isAmount(amount) ? [] : [{ path: `${path}.by_currency.${code}`, message: 'must be an ISO 4217 code with a number of at least 0' }]));
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
const isAmount = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isMoney = (value: unknown): value is Money => isRecord(value) && ('about_usd' in value || 'by_currency' in value);
const isByAccount = (value: Setting): value is ByAccount => isRecord(value) && ('individual' in value || 'corporate' in value);
