import type { FieldError } from '@stakewatch/contracts';
import { compileCondition } from '@stakewatch/rules';
import { Ajv2020 } from 'ajv/dist/2020';
import { type TransactionRule, TransactionRuleSchema } from './definition';
import { mergeSettings, type Settings, settingsFaults, type SettingType, settingType } from './settings';

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
  const errors = [...shapeFaults(settings), ...referenceFaults(rule, settings)];
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

/** A rule's own settings must be of one of the kinds that a setting can have: they are checked against themselves. */
const shapeFaults = (settings: Settings): readonly RuleFault[] => settingsFaults(settings, settings);

/** Facts name settings; those must be there. Names must not mean two things. */
function referenceFaults(rule: TransactionRule, settings: Settings): readonly RuleFault[] {
  const faults: RuleFault[] = [];
  for (const [name, fact] of Object.entries(rule.facts)) {
    if (Object.hasOwn(settings, name)) faults.push({ path: `facts.${name}`, message: 'is also the name of a setting' });
    for (const [path, setting] of settingNames(fact)) if (!Object.hasOwn(settings, setting)) faults.push({ path: `facts.${name}.${path}`, message: `must name a setting of the rule; it has: ${Object.keys(settings).join(', ') || 'none'}` });
  }
  for (const name of [...Object.keys(rule.facts), ...Object.keys(settings)]) {
    if (Object.hasOwn(TRANSACTION_VARIABLES, name)) faults.push({ path: name, message: "is the name of one of the transaction's own values" });
  }
  return faults;
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
