import type { RuleRecord } from '@stakewatch/contracts';
import { builtInVersion, fittingSettings } from '@stakewatch/rules';
import { compileRule, type CompiledRule, type RuleFault } from './engine/compile';
import type { TransactionRule } from './engine/definition';
import { settingsFaults } from './engine/setting-faults';

/** The part of a control table that is read here. */
export interface RuleRecords {
  values(): IterableIterator<RuleRecord>;
  onChange(listener: (key: string, value: RuleRecord | null) => void): () => void;
}

export interface UnfitRecord {
  readonly ruleId: string;
  readonly errors: readonly RuleFault[];
}

/** Each company's rules: the built-in ones as it has set them, then its own. Compiled once for each state of its records. */
export function createCompanyRules(builtIns: readonly TransactionRule[], records: RuleRecords, onUnfit: (companyId: string, unfit: readonly UnfitRecord[]) => void): (companyId: string) => readonly CompiledRule[] {
  const compiled = new Map<string, readonly CompiledRule[]>();
  records.onChange((key, record) => compiled.delete(record?.companyId ?? key.slice(0, key.indexOf('|'))));
  return (companyId) => {
    let rules = compiled.get(companyId);
    if (!rules) {
      const made = rulesOf(builtIns, [...records.values()].filter((record) => record.companyId === companyId));
      if (made.unfit.length > 0) onUnfit(companyId, made.unfit);
      compiled.set(companyId, (rules = made.rules));
    }
    return rules;
  };
}

/** Pure. A setting that does not fit (any more) counts as not set, an own rule that does not is left out; both are told. */
export function rulesOf(builtIns: readonly TransactionRule[], records: readonly RuleRecord[]): { readonly rules: readonly CompiledRule[]; readonly unfit: readonly UnfitRecord[] } {
  const unfit: UnfitRecord[] = [];
  const rules: CompiledRule[] = [];
  const byId = new Map(records.map((record) => [record.ruleId, record]));
  for (const rule of builtIns) {
    const record = byId.get(rule.id);
    const { fitting, faults } = fittingSettings(record?.settings ?? {}, (settings) => settingsFaults(rule, settings));
    if (faults.length > 0) unfit.push({ ruleId: rule.id, errors: faults });
    take(rules, unfit, rule, record && { ...record, settings: fitting }, builtInVersion(rule, record));
  }
  for (const record of [...records].sort((a, b) => (a.ruleId < b.ruleId ? -1 : 1))) {
    if (isTransactionRule(record.definition) && !builtIns.some(({ id }) => id === record.ruleId)) take(rules, unfit, record.definition, record, record.version);
  }
  return { rules, unfit };
}

function take(rules: CompiledRule[], unfit: UnfitRecord[], definition: unknown, record: RuleRecord | undefined, version: number): void {
  const mode = record?.mode ?? 'live';
  if (mode === 'off') return;
  const result = compileRule(definition);
  if (result.ok) rules.push(result.compile({ mode, version, ...(record ? { settings: record.settings } : {}) }));
  else unfit.push({ ruleId: record?.ruleId ?? '', errors: result.errors });
}

/** control.rules.v1 is shared: velocity and bonus rules have no kind, or another. */
export const isTransactionRule = (definition: unknown): boolean => typeof definition === 'object' && definition !== null && (definition as { kind?: unknown }).kind === 'transaction';
