import { companyOf } from '@stakewatch/contracts';
import type { ControlPlane, ListedRule } from '@stakewatch/control';
import { CliError } from './cli-error';
import { EXIT } from './exit-codes';
import { didYouMean } from './suggest';

/** A rule as the company has it. @throws {CliError} not_found, with what may have been meant */
export async function findRule(control: ControlPlane, scope: string, ruleId: string): Promise<ListedRule> {
  const rules = await control.listRules(scope);
  const found = rules.find((rule) => rule.ruleId === ruleId);
  if (found !== undefined) return found;
  const near = didYouMean(ruleId, rules.map((rule) => rule.ruleId));
  throw new CliError('not_found', `${scope} has no rule ${ruleId}.`, EXIT.refused, `${near === null ? '' : `Did you mean ${near}? `}\`stakewatch rules list -c ${companyOf(scope)}${companyOf(scope) === scope ? '' : ' --sandbox'}\` shows what there is.`);
}
