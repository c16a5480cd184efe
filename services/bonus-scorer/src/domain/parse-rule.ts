import { type Allowed, checkAllowed, Checks, compileCondition, type Condition, type HasSettings, inDefinition, nameFault, plainSettingsFaults, type RuleFault, SEVERITIES } from '@stakewatch/rules';
import { FACTS } from './facts';
import { TRIGGERS } from './inputs';
import type { BonusRule, SettingValue } from './rule';

export type BonusRuleFault = RuleFault;
export type ParsedBonusRule = { readonly ok: true; readonly rule: BonusRule; readonly condition: Condition } | { readonly ok: false; readonly errors: readonly BonusRuleFault[] };

export const MAX_SCORE = 1_000;
const KEYS = ['kind', 'id', 'version', 'title', 'description', 'on', 'when', 'settings', 'allowed', 'outcome', 'examples'];
const LIMITS = { settings: 30, examples: 50, tags: 20, text: 200 } as const;

/** Reads a bonus rule from data (JSON). All faults at once; what may be left out is filled in. The condition is type-checked over FACTS and the rule's settings. */
export function parseBonusRule(input: unknown): ParsedBonusRule {
  const checks = new Checks();
  if (!checks.object('', input)) return { ok: false, errors: checks.faults };
  checks.onlyKeys('', input, KEYS);
  checks.oneOf('kind', input['kind'], ['bonus']);
  if (typeof input['id'] !== 'string' || !/^[a-z][a-z0-9-]{1,63}$/.test(input['id'])) checks.fault('id', "must be 2 to 64 lower-case letters, digits or '-', a letter first");
  if (input['version'] !== undefined && !Number.isInteger(input['version'])) checks.fault('version', 'must be a whole number');
  checks.text('title', input['title'], LIMITS.text);
  if (input['description'] !== undefined) checks.text('description', input['description'], 2_000);
  if (Array.isArray(input['on'])) checks.someOf('on', input['on'], TRIGGERS);
  else checks.fault('on', `must be a list of ${TRIGGERS.join(', ')}`);
  const settings = input['settings'] ?? {};
  const allowed = readAllowed(checks, input['allowed'], settings);
  checkSettings(checks, settings, allowed);
  checkOutcome(checks, input['outcome']);
  checkExamples(checks, input['examples'] ?? [], { settings: settings as Readonly<Record<string, SettingValue>>, allowed });
  if (!checks.text('when', input['when'], 2_000) || checks.faults.some(({ path }) => path.startsWith('settings'))) return { ok: false, errors: checks.faults };
  const compiled = compileCondition(input['when'], variablesOf(settings as Record<string, SettingValue>));
  if (!compiled.ok) checks.fault('when', compiled.fault.message, compiled.fault);
  else if (compiled.condition.eventFields.length > 0) checks.fault('when', 'event is not known to bonus rules: name facts');
  if (!compiled.ok || checks.faults.length > 0) return { ok: false, errors: checks.faults };
  return { ok: true, rule: filledIn(input), condition: compiled.condition };
}

function filledIn(input: Record<string, unknown>): BonusRule {
  const rule = input as unknown as BonusRule;
  return { ...rule, version: rule.version ?? 1, settings: rule.settings ?? {}, examples: rule.examples ?? [], outcome: { ...rule.outcome, tags: rule.outcome.tags ?? [], action: rule.outcome.action ?? 'score', alert: rule.outcome.alert ?? false } };
}

function variablesOf(settings: Readonly<Record<string, SettingValue>>): Map<string, 'double' | 'string' | 'bool'> {
  const facts = Object.entries(FACTS).map(([name, { type }]) => [name, type] as const);
  return new Map([...facts, ...Object.entries(settings).map(([name, value]) => [name, typeof value === 'number' ? 'double' : typeof value === 'boolean' ? 'bool' : 'string'] as const)]);
}

/** None where it is at fault: its faults would be told of the settings again. */
function readAllowed(checks: Checks, allowed: unknown, settings: unknown): Allowed {
  const before = checks.faults.length;
  if (allowed !== undefined) checkAllowed(checks, allowed, typeof settings === 'object' && settings !== null ? (settings as Readonly<Record<string, unknown>>) : {});
  return allowed !== undefined && checks.faults.length === before ? (allowed as Allowed) : {};
}

function checkSettings(checks: Checks, settings: unknown, allowed: Allowed): void {
  if (!checks.object('settings', settings)) return;
  const names = Object.keys(settings);
  if (names.length > LIMITS.settings) checks.fault('settings', `has more than ${LIMITS.settings} entries`);
  for (const name of names) {
    const path = `settings.${name}`;
    const message = nameFault(name) ?? (Object.hasOwn(FACTS, name) ? 'is the name of a fact' : null);
    if (message !== null) checks.fault(path, message);
    if (checkValue(checks, path, settings[name])) checks.faults.push(...inDefinition(plainSettingsFaults({ settings: { [name]: settings[name] as SettingValue }, allowed }, { [name]: settings[name] })));
  }
}

function checkValue(checks: Checks, path: string, value: unknown): value is SettingValue {
  const fits = typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value)) || (typeof value === 'string' && value.length <= LIMITS.text);
  return fits || checks.fault(path, `must be a number, true or false, or a text of at most ${LIMITS.text} characters`);
}

function checkOutcome(checks: Checks, outcome: unknown): void {
  if (!checks.object('outcome', outcome)) return;
  checks.onlyKeys('outcome', outcome, ['severity', 'score', 'tags', 'action', 'alert']);
  checks.oneOf('outcome.severity', outcome['severity'], SEVERITIES);
  checks.number('outcome.score', outcome['score'], 0, MAX_SCORE);
  if (outcome['action'] !== undefined) checks.oneOf('outcome.action', outcome['action'], ['score', 'reject']);
  if (outcome['alert'] !== undefined && typeof outcome['alert'] !== 'boolean') checks.fault('outcome.alert', 'must be true or false');
  const tags = outcome['tags'] ?? [];
  if (!Array.isArray(tags) || tags.length > LIMITS.tags || !tags.every((tag) => typeof tag === 'string' && tag.length <= 50)) checks.fault('outcome.tags', `must be a list of at most ${LIMITS.tags} texts of at most 50 characters`);
}

function checkExamples(checks: Checks, examples: unknown, declared: HasSettings): void {
  if (!Array.isArray(examples) || examples.length > LIMITS.examples) {
    checks.fault('examples', `must be a list of at most ${LIMITS.examples}`);
    return;
  }
  examples.forEach((example: unknown, index) => {
    const path = `examples.${index}`;
    if (!checks.object(path, example)) return;
    checks.onlyKeys(path, example, ['name', 'given', 'settings', 'then']);
    if (example['name'] !== undefined) checks.text(`${path}.name`, example['name'], LIMITS.text);
    checks.oneOf(`${path}.then`, example['then'], ['match', 'silent']);
    if (checks.object(`${path}.given`, example['given'])) for (const [name, value] of Object.entries(example['given'])) checkGiven(checks, `${path}.given.${name}`, name, value);
    if (example['settings'] !== undefined && checks.object(`${path}.settings`, example['settings'])) checks.faults.push(...plainSettingsFaults(declared, example['settings']).map((fault) => ({ ...fault, path: `${path}.${fault.path}` })));
  });
}

function checkGiven(checks: Checks, path: string, name: string, value: unknown): void {
  const fact = Object.hasOwn(FACTS, name) ? FACTS[name as keyof typeof FACTS] : undefined;
  if (!fact) checks.fault(path, 'is no fact');
  else if (fact.type === 'string' ? typeof value !== 'string' || value.length > LIMITS.text : typeof value !== 'number' || !Number.isFinite(value)) checks.fault(path, fact.type === 'string' ? 'must be a text' : 'must be a number');
}
