import { type RuleLibrary, ruleLibraryOf } from '@stakewatch/control';

/** The built-in library, as the detector of this version runs it; loaded only by the commands that need it. */
export async function loadRuleLibrary(): Promise<RuleLibrary> {
  const { BUILT_IN_RULES } = await import('@stakewatch/velocity-detector');
  return ruleLibraryOf(BUILT_IN_RULES);
}
