import type { RuleModeName, RuleRecord } from '@stakewatch/contracts';
import type { ControlTable, LogProducer } from '@stakewatch/runtime';
import { applyChange, type ChangeResult } from './control-writer';
import { ControlRefused, type Decision } from './decision';
import { changeRule, deleteRule, findRule, type ListedRule, listRules, putRule, type RuleAuthor, type RuleChange, type RuleCheck, ruleKey, type RuleLibrary } from './rules';
import { refuseFields } from './validate';

type Author = Omit<RuleAuthor, 'now'>;

/** The companies' rules as the API and the command line change them: pure commands, written and read back, so that the next read sees them. */
export class RuleDesk {
  constructor(
    private readonly table: ControlTable<RuleRecord>,
    private readonly producer: LogProducer,
    readonly library: RuleLibrary,
    private readonly now: () => Date = () => new Date(),
  ) {}

  list(companyId: string): readonly ListedRule[] {
    return listRules(this.library, this.table.values(), companyId);
  }

  find(companyId: string, ruleId: string): ListedRule | undefined {
    return findRule(this.library, this.table.get(ruleKey(companyId, ruleId)), ruleId);
  }

  /** What the company has set, as it stands in the log. */
  records(companyId: string): readonly RuleRecord[] {
    return [...this.table.values()].filter((record) => record.companyId === companyId);
  }

  /** Puts a rule that was checked. @throws {ControlRefused} */
  async put(companyId: string, check: RuleCheck, mode: RuleModeName | undefined, author: Author): Promise<ChangeResult<RuleRecord>> {
    if (!check.ok) throw new ControlRefused(refuseFields(check.errors).refusal);
    const records = this.records(companyId);
    const held = { own: records.filter(({ definition }) => definition !== undefined).length, ids: records.length };
    return this.write(companyId, check.rule.id, (current) => putRule(this.library, current, companyId, check, mode, held, this.signed(author)));
  }

  /** @throws {ControlRefused} */
  change(companyId: string, ruleId: string, change: RuleChange, author: Author): Promise<ChangeResult<RuleRecord>> {
    return this.write(companyId, ruleId, (current) => changeRule(this.library, current, companyId, ruleId, change, this.signed(author)));
  }

  /** @throws {ControlRefused} */
  delete(companyId: string, ruleId: string, author: Author): Promise<ChangeResult<RuleRecord>> {
    return this.write(companyId, ruleId, (current) => deleteRule(this.library, current, ruleId, this.signed(author)));
  }

  private write(companyId: string, ruleId: string, decide: (current: RuleRecord | undefined) => Decision<RuleRecord>): Promise<ChangeResult<RuleRecord>> {
    return applyChange(this.producer, { topic: 'rules', table: this.table, key: ruleKey(companyId, ruleId), decide });
  }

  private signed(author: Author): RuleAuthor {
    return { ...author, now: this.now() };
  }
}
