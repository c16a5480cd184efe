import type { FieldError } from '@stakewatch/contracts';
import { type Allowed, declaredTerms, durationMicros, faultOf, inDefinition, type SettingTerms, unknownSetting, valueFaults, withDefault } from '@stakewatch/rules';
import { isByAccount, isMoney, isRecord, type Money, ofAccount, type PlainSetting, type Setting, type Settings } from './settings';

/** What a rule has of settings: the defaults, and what each may be. */
export interface HasSettings {
  readonly settings?: Settings;
  readonly allowed?: Allowed;
}

/** What each setting of a rule may be: as declared, else of its default's kind, numbers and amounts from 0. */
export const allowedOf = ({ settings = {}, allowed = {} }: HasSettings): Allowed => declaredTerms(settings, allowed, (setting) => undeclaredTerms(plainOf(setting)));

const plainOf = (setting: Setting): PlainSetting => (isByAccount(setting) ? ofAccount(setting, 'individual') : setting);

function undeclaredTerms(plain: PlainSetting): SettingTerms {
  if (isMoney(plain)) return { type: 'money', unit: 'currency units', min: 0, max: Number.MAX_VALUE };
  if (typeof plain === 'number') return { type: 'number', unit: '', min: 0, max: Number.MAX_VALUE };
  if (typeof plain === 'boolean') return { type: 'boolean' };
  if (Array.isArray(plain)) return { type: 'list' };
  return durationMicros(plain as string) === null ? { type: 'text' } : { type: 'duration', min: '1s', max: '30d' };
}

/** What is wrong with a company's settings for a rule; each fault names its field. */
export function settingsFaults(rule: HasSettings, own: unknown): readonly FieldError[] {
  if (!isRecord(own)) return [{ path: 'settings', message: 'must be an object' }];
  const allowed = allowedOf(rule);
  return Object.entries(own).flatMap(([name, value]): readonly FieldError[] => {
    if (!Object.hasOwn(allowed, name)) return [unknownSetting(name, Object.keys(allowed))];
    const fallback = (rule.settings as Settings)[name] as Setting;
    return withDefault(faultsOfSetting(`settings.${name}`, allowed[name] as SettingTerms, value, isMoney(plainOf(fallback))), fallback);
  });
}

/** What is wrong with the settings that a rule declares: each must be of a kind that a setting can have, and what `allowed` says. */
export function declarationFaults(settings: Readonly<Record<string, unknown>>, allowed: Allowed): readonly FieldError[] {
  return Object.entries(settings).flatMap(([name, value]): readonly FieldError[] => {
    const path = `settings.${name}`;
    const parts = isRecord(value) && ('individual' in value || 'corporate' in value) ? Object.values(value) : [value];
    if (!parts.every(isPlain)) return [{ path, message: 'must be a number, a text, true or false, a list of texts, {"about_usd": number}, or one of these for individual and corporate each' }];
    if (parts.some((part) => isMoney(part) && (part as Partial<Money>).about_usd === undefined)) return [{ path, message: 'must have about_usd, for the currencies that by_currency does not name' }];
    return inDefinition(settingsFaults({ settings: { [name]: value as Setting }, allowed }, { [name]: value }));
  });
}

const isPlain = (value: unknown): boolean => ['number', 'string', 'boolean'].includes(typeof value) || Array.isArray(value) || isMoney(value);

/** @param isAmount whether the default is an amount by currency: what is set must be one, too */
function faultsOfSetting(path: string, terms: SettingTerms, value: unknown, isAmount: boolean): readonly FieldError[] {
  const faultsAt = (at: string, each: unknown): readonly FieldError[] => (isAmount ? moneyFaults(at, terms, each) : valueFaults(at, terms, each));
  if (!isRecord(value) || (!('individual' in value) && !('corporate' in value))) return faultsAt(path, value);
  return Object.entries(value).flatMap(([type, each]) => (type === 'individual' || type === 'corporate' ? faultsAt(`${path}.${type}`, each) : [{ path: `${path}.${type}`, message: 'must be individual or corporate', code: 'unknown_setting', allowed: ['individual', 'corporate'] }]));
}

function moneyFaults(path: string, terms: SettingTerms, value: unknown): readonly FieldError[] {
  const shape = { ...faultOf('wrong_type', path, terms, value), message: 'must be {"about_usd": number} and/or {"by_currency": {"USD": number}}' };
  if (!isRecord(value)) return [{ ...shape, message: `${shape.message}, and is ${JSON.stringify(value)}` }];
  return Object.entries(value).flatMap(([name, each]): readonly FieldError[] => {
    if (name === 'about_usd') return valueFaults(`${path}.about_usd`, terms, each);
    if (name !== 'by_currency' || !isRecord(each)) return [{ ...shape, path: `${path}.${name}`, message: 'must be about_usd or by_currency' }];
    return Object.entries(each).flatMap(([code, amount]) => (/^[A-Z]{3}$/.test(code) ? valueFaults(`${path}.by_currency.${code}`, terms, amount) : [{ ...shape, path: `${path}.by_currency.${code}`, message: 'must be an ISO 4217 code with a number of at least 0' }]));
  });
}
