import { type RuleLibrary, ruleLibraryOf } from '@stakewatch/control';

/** The built-in libraries, as the services of this version run them; loaded only by the commands that need them. */
export async function loadRuleLibrary(): Promise<RuleLibrary> {
  const [{ BUILT_IN_RULES }, { isTransactionRule, transactionRuleLibrary }] = await Promise.all([import('@stakewatch/velocity-detector'), import('@stakewatch/transaction-monitor')]);
  const velocity = ruleLibraryOf(BUILT_IN_RULES);
  const libraries: readonly RuleLibrary[] = [velocity, transactionRuleLibrary];
  return {
    builtIns: libraries.flatMap(({ builtIns }) => builtIns),
    check: (definition) => (isTransactionRule(definition) ? transactionRuleLibrary : velocity).check(definition),
    checkSettings: (ruleId, settings) => (libraries.find(({ builtIns }) => builtIns.some(({ id }) => id === ruleId)) ?? velocity).checkSettings(ruleId, settings),
  };
}
