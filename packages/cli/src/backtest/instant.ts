import { usageError } from '../cli-error';

const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)$/;
const DAY_MS = 86_400_000;

/**
 * Microseconds UTC of a day (its begin in UTC, or with `whole` its end) or of an ISO 8601 time.
 * @throws {CliError} usage
 */
export function instantMicros(option: string, text: string, whole: boolean): number {
  const isDay = DAY.test(text);
  const ms = isDay || INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  // A day that its month does not have would be taken for one of the next month.
  const isReal = !Number.isNaN(ms) && ms >= 0 && new Date(Date.parse(text.slice(0, 10))).toISOString().startsWith(text.slice(0, 10));
  if (!isReal) throw usageError(`${option} ${text} is neither a day such as 2026-10-01 nor an ISO 8601 time with Z or an offset.`);
  return (isDay && whole ? ms + DAY_MS : ms) * 1000;
}
