import type { FieldError } from '@stakewatch/contracts';
import { checkAllowed, Checks, compileCondition, durationMicros, nameFault } from '@stakewatch/rules';
import { Ajv2020 } from 'ajv/dist/2020';
import { commentFaults } from './comment';
import { type TransactionRule, TransactionRuleSchema } from './definition';
import { declarationFaults, settingsFaults } from './setting-faults';
import { mergeSettings, type Setting, type Settings, type SettingType, settingType } from './settings';

/** The transaction's own values, by name in every condition. Amounts are in minor units. */
export const TRANSACTION_VARIABLES: Readonly<Record<string, { readonly type: SettingType; readonly doc: string }>> = {
  amount: { type: 'double', doc: "The amount in the currency's minor units (cents)." },
  currency: { type: 'string', doc: 'ISO 4217.' },
  transaction_type: { type: 'string', doc: 'As sent, in lower case.' },
  account_type: { type: 'string', doc: 'individual or corporate.' },
  status: { type: 'string', doc: 'completed, pending, failed or other: what the status word means.' },
  country: { type: 'string', doc: "ISO 3166-1 alpha-2 of the stated place, else of the IP address; '' where not known." },
  ip_country: { type: 'string', doc: "'' where not known." },
  hour: { type: 'double', doc: 'Hour of the day, UTC, 0 to 23.' },
};

export interface RuleFault extends FieldError {
  /** For `when`: characters of the expression that are meant. */
  readonly start?: number;
  readonly end?: number;
}

export interface CompiledRule {
  readonly rule: TransactionRule;
  readonly settings: Settings;
  readonly mode: 'live' | 'dry_run';
  readonly version: number;
  /** Names that the condition reads; other facts are computed only where it holds. */
  readonly reads: ReadonlySet<string>;
  /** @throws when the expression fails on these values. */
  holds(values: object): boolean;
}

export type Compiled = { readonly ok: true; readonly compile: (choice: { mode: 'live' | 'dry_run'; version: number; settings?: Readonly<Record<string, unknown>> }) => CompiledRule; readonly rule: TransactionRule } | { readonly ok: false; readonly errors: readonly RuleFault[] };

const fits = new Ajv2020({ allErrors: true, strict: false }).compile(TransactionRuleSchema);
const MAX_FAULTS = 20;
/** Of all examples of a rule. */
const MAX_EXAMPLE_TRANSACTIONS = 5_000;

/** Reads and type-checks a rule given as data. All faults at once, each with its path. */
export function compileRule(definition: unknown): Compiled {
  if (!fits(definition)) {
    const faults = new Map<string, RuleFault>();
    for (const { instancePath, keyword, message, params } of fits.errors ?? []) {
      if (keyword === 'anyOf' && faults.size > 0) continue;
      const own = keyword === 'required' ? `.${String(params['missingProperty'])}` : keyword === 'additionalProperties' ? `.${String(params['additionalProperty'])}` : '';
      const path = `${instancePath.slice(1).replaceAll('/', '.')}${own}`.replace(/^\./, '') || '(whole)';
      if (!faults.has(path) && faults.size < MAX_FAULTS) faults.set(path, { path, message: keyword === 'additionalProperties' ? 'is not known here' : keyword === 'required' ? 'is missing' : (message ?? 'is not valid') });
    }
    return { ok: false, errors: [...faults.values()] };
  }
  const rule = definition as TransactionRule;
  const settings = rule.settings ?? {};
  const checks = new Checks();
  if (rule.allowed !== undefined) checkAllowed(checks, rule.allowed, settings);
  const declared = checks.faults.length > 0 ? checks.faults : declarationFaults(settings, rule.allowed ?? {});
  if (declared.length > 0) return { ok: false, errors: declared };
  const errors = [...referenceFaults(rule, settings), ...exampleFaults(rule), ...commentFaults(rule)];
  if (errors.length > 0) return { ok: false, errors };
  const result = compileCondition(rule.when, variablesOf(rule, settings));
  if (!result.ok) {
    const { message, start, end } = result.fault;
    return { ok: false, errors: [{ path: 'when', message, ...(start === null ? {} : { start, end: end ?? start }) }] };
  }
  if (result.condition.eventFields.length > 0) return { ok: false, errors: [{ path: 'when', message: 'event is not known to transaction rules; use the values by name' }] };
  const reads = new Set(rule.when.match(/[A-Za-z_]\w*/g));
  return {
    ok: true,
    rule,
    compile: ({ mode, version, settings: own }) => ({ rule, mode, version, reads, settings: mergeSettings(settings, own ?? {}), holds: (values) => result.condition.holds(values) }),
  };
}

/** Facts name settings; those must be there and of the kind that is needed. Names must not mean two things. */
function referenceFaults(rule: TransactionRule, settings: Settings): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  for (const [name, fact] of Object.entries(rule.facts)) {
    if (Object.hasOwn(settings, name)) faults.push({ path: `facts.${name}`, message: 'is also the name of a setting' });
    const { within } = fact as { within?: unknown };
    if (typeof within === 'string' && durationMicros(within) === null) faults.push({ path: `facts.${name}.within`, message: "must be a duration from '1s' to '30d', like '10m'" });
    for (const [path, setting] of settingNames(fact)) faults.push(...settingFaults(`facts.${name}.${path}`, setting, settings));
  }
  for (const [kind, names] of [['facts', Object.keys(rule.facts)], ['settings', Object.keys(settings)]] as const) {
    for (const name of names) {
      const message = nameFault(name);
      if (message !== null) faults.push({ path: `${kind}.${name}`, message });
      if (Object.hasOwn(TRANSACTION_VARIABLES, name)) faults.push({ path: `${kind}.${name}`, message: "is the name of one of the transaction's own values" });
    }
  }
  return faults;
}

function settingFaults(path: string, name: string, settings: Settings): readonly RuleFault[] {
  if (!Object.hasOwn(settings, name)) return [{ path, message: `must name a setting of the rule; it has: ${Object.keys(settings).join(', ') || 'none'}` }];
  const setting = settings[name] as Setting;
  const [wanted, kind] = /(?:^|\.)(?:within\.setting|least)$/.test(path) ? ['a duration', isDuration(setting)] : ['a number', settingType(setting) === 'double'];
  return kind ? [] : [{ path, message: `must name a setting that is ${wanted}` }];
}

const isDuration = (setting: Setting): boolean => [setting].flatMap((each) => (typeof each === 'object' && !Array.isArray(each) ? (Object.values(each) as unknown[]) : [each])).every((each) => typeof each === 'string' && durationMicros(each) !== null);

/** Examples run at each check: they are bounded together, and their settings must fit the rule's. */
function exampleFaults(rule: TransactionRule): readonly RuleFault[] {
  const { examples = [] } = rule;
  const events = examples.reduce((sum, { given }) => sum + given.reduce((repeats, { repeat = 1 }) => repeats + repeat, 0), 0);
  const faults: RuleFault[] = events > MAX_EXAMPLE_TRANSACTIONS ? [{ path: 'examples', message: `have more than ${MAX_EXAMPLE_TRANSACTIONS} transactions together` }] : [];
  return [...faults, ...examples.flatMap(({ settings: own }, index) => (own === undefined ? [] : settingsFaults(rule, own).map((fault) => ({ ...fault, path: `examples.${index}.${fault.path}` }))))];
}

const SETTING_FIELDS = ['amountTolerance', 'intervalTolerance', 'least', 'km', 'amount'];

function settingNames(fact: object): [string, string][] {
  return Object.entries(fact).flatMap(([field, value]): [string, string][] => {
    if (SETTING_FIELDS.includes(field) && typeof value === 'string') return [[field, value]];
    if (field === 'setting') return [[field, String(value)]];
    const inside = typeof value === 'object' && value !== null && !Array.isArray(value) ? settingNames(value as object) : [];
    return inside.map(([path, name]) => [`${field}.${path}`, name]);
  });
}

function variablesOf(rule: TransactionRule, settings: Settings): ReadonlyMap<string, SettingType> {
  const variables = new Map<string, SettingType>();
  for (const [name, { type }] of Object.entries(TRANSACTION_VARIABLES)) variables.set(name, type);
  for (const name of Object.keys(rule.facts)) variables.set(name, 'double');
  for (const [name, setting] of Object.entries(settings)) variables.set(name, settingType(setting));
  return variables;
}
