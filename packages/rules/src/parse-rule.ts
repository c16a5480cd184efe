import type { FieldError } from '@stakewatch/contracts';
import { checkDuration, checkFact } from './check-fact';
import { Checks } from './checks';
import { compileCondition } from './condition';
import { variablesOf } from './compiled-rule';
import { EVENT_TYPE_CODES, NUMBER_FIELDS, SUBJECT_TYPES, TEXT_FIELDS } from './event-fields';
import { type RuleDefinition, SEVERITIES } from './rule';
import { nameFault } from './rule-names';
import { checkAllowed } from './check-terms';
import { inDefinition } from './setting-terms';
import { type Allowed, type HasSettings, settingsFaults, type SettingValue } from './settings';

/** `path` says where in the definition, e.g. `facts.deposits.within`. */
export interface RuleFault extends Omit<FieldError, 'position'> {
  /** For `when`: characters of the expression that are meant. */
  readonly start?: number;
  readonly end?: number;
}
export type ParsedRule = { readonly ok: true; readonly rule: RuleDefinition } | { readonly ok: false; readonly errors: readonly RuleFault[] };

const KEYS = ['kind', 'id', 'version', 'title', 'description', 'per', 'on', 'facts', 'when', 'settings', 'allowed', 'cooldown', 'outcome', 'examples'];
const LIMITS = { facts: 12, settings: 30, examples: 50, given: 200, repeat: 1_000, exampleEvents: 10_000 } as const;

/** Reads a rule from data (JSON). All faults at once; the condition is type-checked with the rule's own facts and settings, and bounded in cost. */
export function parseRule(input: unknown): ParsedRule {
  const checks = new Checks();
  if (!checks.object('', input)) return { ok: false, errors: checks.faults };
  checks.onlyKeys('', input, KEYS);
  checkHead(checks, input);
  const settings = asRecord(input['settings']);
  const before = checks.faults.length;
  if (input['allowed'] !== undefined) checkAllowed(checks, input['allowed'], settings);
  // Faults of what is allowed would be told of the settings again.
  const allowed = checks.faults.length === before ? (asRecord(input['allowed']) as Allowed) : {};
  checkSettings(checks, input['settings'] ?? {}, allowed);
  checkFacts(checks, input['facts'], settings);
  if (input['examples'] !== undefined) checkExamples(checks, input['examples'], { settings: settings as Readonly<Record<string, SettingValue>>, allowed });
  if (checks.text('when', input['when'], 2_000) && checks.faults.every(({ path }) => !/^(?:facts|settings)\b/.test(path))) {
    const result = compileCondition(input['when'], variablesOf(input as unknown as RuleDefinition));
    if (!result.ok) checks.fault('when', result.fault.message, result.fault);
  }
  return checks.faults.length === 0 ? { ok: true, rule: input as unknown as RuleDefinition } : { ok: false, errors: checks.faults };
}

function checkHead(checks: Checks, input: Record<string, unknown>): void {
  if (typeof input['id'] !== 'string' || !/^[a-z][a-z0-9-]{1,63}$/.test(input['id'])) checks.fault('id', "must be 2 to 64 lower-case letters, digits or '-', a letter first");
  if (input['kind'] !== undefined) checks.oneOf('kind', input['kind'], ['velocity']);
  if (input['version'] !== undefined && !Number.isInteger(input['version'])) checks.fault('version', 'must be a whole number');
  checks.text('title', input['title'], 200);
  checks.text('description', input['description'], 2_000);
  checks.oneOf('per', input['per'], SUBJECT_TYPES);
  if (Array.isArray(input['on'])) checks.someOf('on', input['on'], EVENT_TYPE_CODES);
  else checks.fault('on', `must be a list of ${EVENT_TYPE_CODES.join(', ')}`);
  if (input['cooldown'] !== undefined) checkDuration(checks, 'cooldown', input['cooldown']);
  checkOutcome(checks, input['outcome']);
}

function checkOutcome(checks: Checks, outcome: unknown): void {
  if (!checks.object('outcome', outcome)) return;
  checks.onlyKeys('outcome', outcome, ['severity', 'score', 'tags', 'code']);
  checks.oneOf('outcome.severity', outcome['severity'], SEVERITIES);
  checks.number('outcome.score', outcome['score'], 0, 100);
  if (outcome['code'] !== undefined && !Number.isInteger(outcome['code'])) checks.fault('outcome.code', 'must be a whole number');
  const tags = outcome['tags'] ?? [];
  if (!Array.isArray(tags) || tags.length > 20 || !tags.every((tag) => typeof tag === 'string' && tag.length <= 50)) checks.fault('outcome.tags', 'must be a list of at most 20 texts of at most 50 characters');
}

function checkSettings(checks: Checks, settings: unknown, allowed: Allowed): void {
  if (!checks.object('settings', settings)) return;
  const names = Object.keys(settings);
  if (names.length > LIMITS.settings) checks.fault('settings', `has more than ${LIMITS.settings} entries`);
  for (const [name, value] of Object.entries(settings)) {
    checkName(checks, `settings.${name}`, name);
    checks.faults.push(...inDefinition(settingsFaults({ settings: { [name]: value as SettingValue }, allowed }, { [name]: value })));
  }
}

function checkFacts(checks: Checks, facts: unknown, settings: Readonly<Record<string, unknown>>): void {
  if (!checks.object('facts', facts)) return;
  if (Object.keys(facts).length > LIMITS.facts) checks.fault('facts', `has more than ${LIMITS.facts} entries`);
  for (const [name, fact] of Object.entries(facts)) {
    checkName(checks, `facts.${name}`, name);
    if (Object.hasOwn(settings, name)) checks.fault(`facts.${name}`, 'is also the name of a setting');
    checkFact(checks, `facts.${name}`, fact, settings);
  }
}

function checkName(checks: Checks, path: string, name: string): void {
  const message = nameFault(name);
  if (message !== null) checks.fault(path, message);
}

function checkExamples(checks: Checks, examples: unknown, own: HasSettings): void {
  if (!Array.isArray(examples) || examples.length > LIMITS.examples) {
    checks.fault('examples', `must be a list of at most ${LIMITS.examples}`);
    return;
  }
  const events = examples.flatMap((example: unknown) => (Array.isArray(asRecord(example)['given']) ? (asRecord(example)['given'] as unknown[]) : [])).reduce((sum: number, event) => sum + (Number(asRecord(event)['repeat'] ?? 1) || 1), 0);
  if (events > LIMITS.exampleEvents) checks.fault('examples', `have more than ${LIMITS.exampleEvents} events together`);
  examples.forEach((example: unknown, index) => {
    const path = `examples[${index}]`;
    if (!checks.object(path, example)) return;
    checks.onlyKeys(path, example, ['name', 'given', 'settings', 'then']);
    checks.oneOf(`${path}.then`, example['then'], ['alert', 'silent']);
    if (example['settings'] !== undefined && checks.object(`${path}.settings`, example['settings'])) {
      for (const fault of settingsFaults(own, example['settings'])) checks.faults.push({ ...fault, path: `${path}.${fault.path}` });
    }
    const given = example['given'];
    if (!Array.isArray(given) || given.length === 0 || given.length > LIMITS.given) checks.fault(`${path}.given`, `must be a list of 1 to ${LIMITS.given} events`);
    else given.forEach((event: unknown, at) => checkExampleEvent(checks, `${path}.given[${at}]`, event));
  });
}

function checkExampleEvent(checks: Checks, path: string, event: unknown): void {
  if (!checks.object(path, event)) return;
  checks.onlyKeys(path, event, ['type', 'after', 'repeat', ...NUMBER_FIELDS, ...TEXT_FIELDS]);
  checks.oneOf(`${path}.type`, event['type'], EVENT_TYPE_CODES);
  if (event['after'] !== undefined && event['after'] !== '0s') checkDuration(checks, `${path}.after`, event['after']);
  if (event['repeat'] !== undefined && !(Number.isInteger(event['repeat']) && checks.number(`${path}.repeat`, event['repeat'], 1, LIMITS.repeat))) checks.fault(`${path}.repeat`, 'must be a whole number');
  for (const field of NUMBER_FIELDS) if (event[field] !== undefined && event[field] !== null && typeof event[field] !== 'number') checks.fault(`${path}.${field}`, 'must be a number');
  for (const field of TEXT_FIELDS) if (event[field] !== undefined && event[field] !== null && typeof event[field] !== 'string') checks.fault(`${path}.${field}`, 'must be a text');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

