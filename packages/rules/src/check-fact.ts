import type { Checks } from './checks';
import { durationMicros } from './duration';
import { EVENT_TYPE_CODES, NUMBER_FIELDS, TEXT_FIELDS } from './event-fields';
import { FACT_VOCABULARY } from './fact-vocabulary';
import { settingType, type SettingValue } from './settings';

const BOUNDS = ['atLeast', 'above', 'atMost', 'below'] as const;

/** Checks one fact of a definition against the vocabulary. */
export function checkFact(checks: Checks, path: string, fact: unknown, settings: Readonly<Record<string, unknown>>): void {
  if (!checks.object(path, fact)) return;
  const entry = FACT_VOCABULARY.find(({ fact: name }) => name === fact['fact']);
  if (!entry) {
    checks.fault(`${path}.fact`, `must be one of ${FACT_VOCABULARY.map(({ fact: name }) => name).join(', ')}`);
    return;
  }
  checks.onlyKeys(path, fact, ['fact', ...entry.requires, ...entry.optional]);
  for (const name of entry.requires) if (fact[name] === undefined) checks.fault(`${path}.${name}`, `is required by ${entry.fact}`);
  if (fact['within'] !== undefined) checkDuration(checks, `${path}.within`, fact['within']);
  if (fact['field'] !== undefined && entry.fields.length > 0) checks.oneOf(`${path}.field`, fact['field'], entry.fields);
  for (const name of ['of', 'until']) if (fact[name] !== undefined) checks.someOf(`${path}.${name}`, fact[name], EVENT_TYPE_CODES);
  if (fact['excludingThis'] !== undefined && typeof fact['excludingThis'] !== 'boolean') checks.fault(`${path}.excludingThis`, 'must be true or false');
  if (fact['where'] !== undefined) checkWhere(checks, `${path}.where`, fact['where'], settings);
}

export function checkDuration(checks: Checks, path: string, value: unknown): void {
  if (typeof value !== 'string' || durationMicros(value) === null) checks.fault(path, "must be a duration from '1s' to '30d', like '10m'");
}

function checkWhere(checks: Checks, path: string, where: unknown, settings: Readonly<Record<string, unknown>>): void {
  if (!checks.object(path, where)) return;
  checks.onlyKeys(path, where, [...NUMBER_FIELDS, ...TEXT_FIELDS]);
  for (const [field, condition] of Object.entries(where)) {
    if ((NUMBER_FIELDS as readonly string[]).includes(field)) checkRange(checks, `${path}.${field}`, condition, settings);
    else if ((TEXT_FIELDS as readonly string[]).includes(field)) checkTextMatch(checks, `${path}.${field}`, condition);
  }
}

function checkRange(checks: Checks, path: string, range: unknown, settings: Readonly<Record<string, unknown>>): void {
  if (!checks.object(path, range)) return;
  checks.onlyKeys(path, range, BOUNDS);
  for (const [name, bound] of Object.entries(range)) if ((BOUNDS as readonly string[]).includes(name)) checkBound(checks, `${path}.${name}`, bound, settings);
}

function checkBound(checks: Checks, path: string, bound: unknown, settings: Readonly<Record<string, unknown>>): void {
  if (typeof bound === 'number' && Number.isFinite(bound)) return;
  if (typeof bound !== 'object' || bound === null) {
    checks.fault(path, 'must be a number or {"setting": name, "times": number}');
    return;
  }
  const { setting, times } = bound as { setting?: unknown; times?: unknown };
  checks.onlyKeys(path, bound as Record<string, unknown>, ['setting', 'times']);
  const value = typeof setting === 'string' && Object.hasOwn(settings, setting) ? (settings[setting] as SettingValue) : undefined;
  if (value === undefined) checks.fault(`${path}.setting`, `must name a setting of the rule; it has: ${Object.keys(settings).join(', ') || 'none'}`);
  else if (settingType(value) !== 'double') checks.fault(`${path}.setting`, 'must name a setting that is a number');
  if (times !== undefined) checks.number(`${path}.times`, times, -1e9, 1e9);
}

function checkTextMatch(checks: Checks, path: string, match: unknown): void {
  const isTexts = Array.isArray(match) && match.length > 0 && match.length <= 100 && match.every((text) => typeof text === 'string');
  const isSame = typeof match === 'object' && match !== null && (match as { same?: unknown }).same === true && Object.keys(match).length === 1;
  if (typeof match !== 'string' && !isTexts && !isSame) checks.fault(path, 'must be a text, a list of 1 to 100 texts, or {"same": true}');
}
