import { code as currencyOf } from 'currency-codes';

const NUMBER = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,4}))?$/;

export type ExactAmount = { readonly ok: true; readonly minor: number } | { readonly ok: false; readonly fault: 'negative' | 'digits' | 'large' };

/** Digits of a currency's minor unit by ISO 4217; null for unknown currencies. */
export function currencyExponent(currency: string): number | null {
  return currencyOf(currency)?.digits ?? null;
}

/**
 * The amount as it was written, in minor units, exactly: no double stands between. `1500.00`, `1.5e3` and `1500` are the same.
 * Refused: negative amounts, digits beyond the minor unit (but zeros), and more than 2^53 - 1 minor units.
 */
export function exactAmount(literal: string, exponent: number): ExactAmount {
  const match = NUMBER.exec(literal);
  if (!match) return { ok: false, fault: 'large' };
  const [, sign, whole = '', fraction = '', power = '0'] = match;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  if (digits === '') return { ok: true, minor: 0 };
  if (sign === '-') return { ok: false, fault: 'negative' };
  const shift = exponent + Number(power) - fraction.length;
  const significant = digits.replace(/0+$/, '');
  const zeros = digits.length - significant.length + shift;
  if (zeros < 0) return { ok: false, fault: 'digits' };
  if (significant.length + zeros > 16) return { ok: false, fault: 'large' };
  const minor = Number(significant + '0'.repeat(zeros));
  return Number.isSafeInteger(minor) ? { ok: true, minor } : { ok: false, fault: 'large' };
}
