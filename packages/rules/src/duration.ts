const UNITS = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;
export const MICROS_PER_SECOND = 1_000_000;
export const MAX_WINDOW_MICROS = 30 * UNITS.d * MICROS_PER_SECOND;

/** '90s', '10m', '24h' or '30d' as microseconds; null when it is none of these or not within 1 s and 30 d. */
export function durationMicros(text: string): number | null {
  const match = /^([1-9]\d{0,6})([smhd])$/.exec(text);
  if (!match) return null;
  const micros = Number(match[1]) * UNITS[match[2] as keyof typeof UNITS] * MICROS_PER_SECOND;
  return micros <= MAX_WINDOW_MICROS ? micros : null;
}

/** The same, for definitions that were checked before. @throws {RangeError} */
export function requiredMicros(text: string): number {
  const micros = durationMicros(text);
  if (micros === null) throw new RangeError(`'${text}' is not a duration from 1s to 30d`);
  return micros;
}
