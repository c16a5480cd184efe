export { FACTS as BONUS_FACTS } from './domain/facts';
export { THRESHOLD_ID } from './domain/policy';
export { type BonusRule, checkRule as checkBonusRule } from './domain/rule';
export { BUILT_IN_RULES as BUILT_IN_BONUS_RULES } from './rules';
export type { BonusChangeAnswer } from './domain/answer';
export type { BonusQuery } from './domain/queries';
