import type { Checks } from './checks';
import { checkDuration } from './check-fact';
import { durationMicros } from './duration';
import type { SettingTerms } from './setting-terms';

const KEYS: Readonly<Record<SettingTerms['type'], readonly string[]>> = {
  integer: ['type', 'unit', 'min', 'max'],
  number: ['type', 'unit', 'min', 'max'],
  money: ['type', 'unit', 'min', 'max'],
  duration: ['type', 'min', 'max'],
  text: ['type', 'oneOf'],
  list: ['type', 'of'],
  boolean: ['type'],
};
const TYPES = Object.keys(KEYS);
const MOST_WORDS = 100;
const LONGEST_UNIT = 50;

/** Checks a rule's `allowed`: each entry names a setting, and says what that one may be. Whether the default fits is checked by the settings' own check. */
export function checkAllowed(checks: Checks, allowed: unknown, settings: Readonly<Record<string, unknown>>): void {
  if (!checks.object('allowed', allowed)) return;
  for (const [name, terms] of Object.entries(allowed)) {
    const path = `allowed.${name}`;
    if (!Object.hasOwn(settings, name)) checks.fault(path, `must be named as a setting of the rule; it has: ${Object.keys(settings).join(', ') || 'none'}`);
    if (checks.object(path, terms)) checkTerms(checks, path, terms);
  }
}

function checkTerms(checks: Checks, path: string, terms: Record<string, unknown>): void {
  const { type } = terms;
  if (!checks.oneOf(`${path}.type`, type, TYPES)) return;
  checks.onlyKeys(path, terms, KEYS[type as SettingTerms['type']]);
  if (type === 'text' || type === 'list') checkWords(checks, `${path}.${type === 'text' ? 'oneOf' : 'of'}`, terms[type === 'text' ? 'oneOf' : 'of']);
  else if (type === 'duration') checkDurations(checks, path, terms);
  else if (type !== 'boolean') checkNumbers(checks, path, terms);
}

function checkWords(checks: Checks, path: string, words: unknown): void {
  if (words === undefined) return;
  const fits = Array.isArray(words) && words.length > 0 && words.length <= MOST_WORDS && words.every((word) => typeof word === 'string');
  if (!fits) checks.fault(path, `must be a list of 1 to ${MOST_WORDS} texts`);
}

function checkDurations(checks: Checks, path: string, { min, max }: Record<string, unknown>): void {
  const before = checks.faults.length;
  checkDuration(checks, `${path}.min`, min);
  checkDuration(checks, `${path}.max`, max);
  if (checks.faults.length === before && (durationMicros(min as string) as number) > (durationMicros(max as string) as number)) checks.fault(`${path}.min`, 'must not be above max');
}

function checkNumbers(checks: Checks, path: string, { unit, min, max }: Record<string, unknown>): void {
  checks.text(`${path}.unit`, unit, LONGEST_UNIT);
  const areNumbers = [['min', min] as const, ['max', max] as const].map(([name, value]) => checks.number(`${path}.${name}`, value, -1e15, 1e15)).every(Boolean);
  if (areNumbers && (min as number) > (max as number)) checks.fault(`${path}.min`, 'must not be above max');
}
