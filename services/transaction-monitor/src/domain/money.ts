/** A threshold in major units (whole dollars) as minor units, exact where the number is: 99.99 with exponent 2 is 9999. */
export function toMinor(major: number, exponent: number): number {
  return Number(`${String(major)}e${exponent}`);
}

/** `150000` USD cents as "1500.00 USD". */
export function formatMoney(minor: number, exponent: number, currency: string): string {
  if (!Number.isFinite(minor)) return `? ${currency}`;
  const whole = Math.round(minor);
  const digits = String(Math.abs(whole)).padStart(exponent + 1, '0');
  const text = exponent === 0 ? digits : `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
  return `${whole < 0 ? '-' : ''}${text} ${currency}`;
}
