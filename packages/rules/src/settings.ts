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

/** Null when `value` may stand in for the rule's default; else what is wrong. */
export function settingFault(fallback: SettingValue, value: unknown): string | null {
  const type = settingType(fallback);
  if (type === 'double') return isNumberSetting(value) ? null : 'must be a number, or {"byCurrency": {"default": number, …}}';
  if (type === 'string') return typeof value === 'string' && value.length <= 200 ? null : 'must be a text of at most 200 characters';
  if (type === 'bool') return typeof value === 'boolean' ? null : 'must be true or false';
  const isList = Array.isArray(value) && value.length <= 100 && value.every((item) => typeof item === 'string');
  return isList ? null : 'must be a list of at most 100 texts';
}

function isNumberSetting(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (!isByCurrency(value)) return false;
  const values = value.byCurrency as unknown;
  return typeof values === 'object' && values !== null && 'default' in values && Object.values(values).every((each) => typeof each === 'number' && Number.isFinite(each));
}

/** What is wrong with a company's settings for a rule, by path. */
export function settingsFaults(definition: { readonly settings?: Settings }, settings: Readonly<Record<string, unknown>>): { path: string; message: string }[] {
  const defaults = definition.settings ?? {};
  return Object.entries(settings).flatMap(([name, value]) => {
    const path = `settings.${name}`;
    const fallback = Object.hasOwn(defaults, name) ? defaults[name] : undefined;
    if (fallback === undefined) return [{ path, message: `is not a setting of the rule; it has: ${Object.keys(defaults).join(', ') || 'none'}` }];
    const message = settingFault(fallback, value);
    return message === null ? [] : [{ path, message }];
  });
}
