export { FACTS as BONUS_FACTS, type FactMeaning as BonusFactMeaning } from './domain/facts';
export { type BonusChange, type BonusChangeRequest, signalOf as bonusSignalOf, TRIGGERS as BONUS_TRIGGERS } from './domain/inputs';
export { isBonusRule, THRESHOLD_ID, THRESHOLD_SETTINGS } from './domain/policy';
export { type BonusRule, checkRule as checkBonusRule, allowedOf as bonusAllowedOf, settingsFaults as bonusSettingsFaults } from './domain/rule';
export { type BonusTrial, type BonusTry, type BonusTryInput, type TriedBonusInput, tryBonusRule } from './domain/try-rule';
export { BUILT_IN_RULES as BUILT_IN_BONUS_RULES } from './rules';
export type { BonusChangeAnswer } from './domain/answer';
export type { BonusQuery } from './domain/queries';
