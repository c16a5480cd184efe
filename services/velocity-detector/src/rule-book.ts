import type { RuleRecord } from '@stakewatch/contracts';
import { compileRuleSet, type RuleDefinition, type RuleSet, type RuleSetFault } from '@stakewatch/rules';

/** The part of a control table that the rule book reads. */
export interface RuleRecords {
  values(): IterableIterator<RuleRecord>;
  onChange(listener: (key: string, value: RuleRecord | null) => void): () => void;
}

/** Each company's rules, compiled when first needed and again when its records change. A change takes effect with the next event. */
export class RuleBook {
  private readonly compiled = new Map<string, RuleSet>();
  /** Of every company that has set nothing. */
  private readonly builtInOnly: RuleSet;
  private choices = new Map<string, RuleRecord[]>();
  private stale = true;

  constructor(
    private readonly builtIns: readonly RuleDefinition[],
    private readonly records: RuleRecords,
    private readonly onFaults: (companyId: string, faults: readonly RuleSetFault[]) => void,
  ) {
    this.builtInOnly = compileRuleSet(builtIns, []);
    records.onChange((key) => {
      this.compiled.delete(key.slice(0, key.indexOf('|')));
      this.stale = true;
    });
  }

  rulesFor(companyId: string): RuleSet {
    const known = this.compiled.get(companyId);
    if (known) return known;
    if (this.stale) this.regroup();
    const choices = this.choices.get(companyId);
    const rules = choices ? compileRuleSet(this.builtIns, choices) : this.builtInOnly;
    if (rules.faults.length > 0) this.onFaults(companyId, rules.faults);
    this.compiled.set(companyId, rules);
    return rules;
  }

  private regroup(): void {
    this.choices = new Map();
    for (const record of this.records.values()) {
      const ofCompany = this.choices.get(record.companyId);
      if (ofCompany) ofCompany.push(record);
      else this.choices.set(record.companyId, [record]);
    }
    this.stale = false;
  }
}
