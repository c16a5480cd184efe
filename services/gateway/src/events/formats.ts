import { isIP } from 'node:net';
import { codes as currencyCodes } from 'currency-codes';
import { getAlpha3Codes } from 'i18n-iso-countries';
import type { Ajv2020 } from 'ajv/dist/2020';
import { microsOf } from './timestamp';

/** Names of the formats that the event schemas use beyond JSON Schema's own; each is one plain check. */
export const FORMATS = { currency: 'iso-4217', country: 'iso-3166-1-alpha-3', operator: 'payment-operator', ip: 'ip', instant: 'date-time' } as const;

/** Which payment operators are known right now: the document's and those of control.lookups.v1. */
export interface KnownOperators {
  has(code: string): boolean;
}

export function addEventFormats(ajv: Ajv2020, operators: KnownOperators): void {
  const currencies = new Set(currencyCodes());
  const countries = new Set(Object.keys(getAlpha3Codes()));
  ajv.addFormat(FORMATS.currency, (text: string) => currencies.has(text));
  ajv.addFormat(FORMATS.country, (text: string) => countries.has(text));
  ajv.addFormat(FORMATS.operator, (text: string) => operators.has(text));
  ajv.addFormat(FORMATS.ip, (text: string) => isIP(text) !== 0 && !text.includes('%'));
  ajv.addFormat(FORMATS.instant, (text: string) => microsOf(text) >= 0);
}
