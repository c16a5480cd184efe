/**
 * ISO 8601 date and time with seconds and an offset (document 000, event.timestamp): `2026-01-31T12:00:00Z`, `…12:00:00.123456+02:00`.
 * Fractions of 1 to 9 digits are read; what is finer than a microsecond is cut off. Dates must exist; from 1970 to 9999.
 */
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):?(\d\d))$/;
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
const MICROS_PER_SECOND = 1_000_000;
const Z = 0x5a;
const DOT = 0x2e;

/** Microseconds since 1970 UTC, or NaN when `text` is no such instant. */
export function microsOf(text: string): number {
  if (text.length === 20 && text.charCodeAt(19) === Z) return wholeSecond(text);
  if (text.length === 24 && text.charCodeAt(23) === Z && text.charCodeAt(19) === DOT) return wholeSecond(text) + millis(text);
  return anyInstant(text);
}

/** The last three digits of the common forms: `…:00.123Z`. */
function millis(text: string): number {
  const tenth = text.charCodeAt(20) - 48;
  return tenth >= 0 && tenth <= 9 ? (tenth * 100 + twoDigits(text, 21)) * 1000 : NaN;
}

/** The common forms, in UTC with whole seconds or milliseconds, are read without a regular expression. */
function wholeSecond(text: string): number {
  if (text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45 || text.charCodeAt(10) !== 84 || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58) return NaN;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  return secondsOf(year, twoDigits(text, 5), twoDigits(text, 8), twoDigits(text, 11), twoDigits(text, 14), twoDigits(text, 17)) * MICROS_PER_SECOND;
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : NaN;
}

function anyInstant(text: string): number {
  const match = INSTANT.exec(text);
  if (!match) return NaN;
  const [, year, month, day, hour, minute, second, fraction, sign, offsetHours = '0', offsetMinutes = '0'] = match;
  const seconds = secondsOf(Number(year), Number(month), Number(day), Number(hour), Number(minute), Number(second));
  if (Number(offsetHours) > 14 || Number(offsetMinutes) > 59) return NaN;
  const offset = (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60 * (sign === '-' ? -1 : 1);
  const micros = fraction === undefined ? 0 : Number(fraction.padEnd(6, '0').slice(0, 6));
  const total = (seconds - offset) * MICROS_PER_SECOND + micros;
  return total >= 0 ? total : NaN;
}

/** NaN when a part is out of its range; NaN parts fail every comparison and so end up NaN, too. */
function secondsOf(year: number, month: number, day: number, hour: number, minute: number, second: number): number {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month) && hour <= 23 && minute <= 59 && second <= 59)) return NaN;
  return daysBefore(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second;
}

function daysIn(year: number, month: number): number {
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return leap ? 29 : (DAYS_IN_MONTH[month - 1] as number);
}

/** Days from 1970-01-01 (Howard Hinnant's days_from_civil). */
function daysBefore(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468;
}

/** The last second asked for and its text: answers of one second share it. */
let writtenSecond = 0;
let writtenText = '1970-01-01T00:00:00.';

/** `2026-02-07T06:19:00.681884Z`: six digits always, as document 000 shows received_at. */
export function isoMicros(micros: number): string {
  const second = Math.floor(micros / MICROS_PER_SECOND);
  if (second !== writtenSecond) {
    writtenText = new Date(second * 1000).toISOString().slice(0, 20);
    writtenSecond = second;
  }
  return `${writtenText}${String(micros - second * MICROS_PER_SECOND).padStart(6, '0')}Z`;
}

/** The month last asked for, and its first microsecond and the one after its last. */
let [knownMonth, monthStart, monthEnd] = [0, 0, 0];

/** Month of an instant in UTC as YYYYMM (spec README, "event_month"). */
export function monthOf(micros: number): number {
  if (micros >= monthStart && micros < monthEnd) return knownMonth;
  const date = new Date(Math.floor(micros / 1000));
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  monthStart = Date.UTC(year, month) * 1000;
  monthEnd = Date.UTC(year, month + 1) * 1000;
  return (knownMonth = year * 100 + month + 1);
}
