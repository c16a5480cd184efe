import type { RuleLibrary } from '@stakewatch/control';

/** The rules of every service of this version; loaded only by the commands that need them. */
export async function loadRuleLibrary(): Promise<RuleLibrary> {
  const { createRuleLibrary } = await import('@stakewatch/rule-library');
  return createRuleLibrary();
}
