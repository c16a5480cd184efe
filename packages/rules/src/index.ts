export { type AlertContent, LISTED_EVENTS } from './alert-content';
export { Checks } from './checks';
export { CompiledRule } from './compiled-rule';
export { compileCondition, type Condition, type ConditionFault, MAX_CONDITION_LENGTH } from './condition';
export { defineRule } from './define-rule';
export { durationMicros, requiredMicros } from './duration';
export { EVENT_TYPE_CODES, eventTypeCode, MONEY_FIELDS, NUMBER_FIELDS, type NumberField, type RuleEvent, SHARED_SUBJECTS, type SharedSubject, SUBJECT_FIELD, SUBJECT_TYPES, type SubjectType, TEXT_FIELDS, TEXT_PLACE, type TextField } from './event-fields';
export { exampleEvents, type ExampleResult, runExamples } from './examples';
export { CONDITION_FUNCTIONS, EVENT_VARIABLES, FACT_VOCABULARY, type FactDocumentation, RULE_LANGUAGE } from './fact-vocabulary';
export * from './facts';
export { type AlertChange, foldEvent, foldPacked, type FoldResult, LATENESS_MICROS, type RuleFailure } from './fold';
export { packEvent, PackedEvent } from './packed-event';
export { parseRule, type ParsedRule, type RuleFault } from './parse-rule';
export * from './rule';
export { nameFault } from './rule-names';
export { builtInVersion, compileRuleSet, type RuleChoice, type RuleSet, type RuleSetFault, ruleSetOf, type TimelineRules, type TimelineType } from './rule-set';
export { type TriedAlert, type TriedEvent, tryRule } from './try-rule';
export { checkAllowed } from './check-terms';
export { faultOf, inDefinition, MONEY_TERMS, type NumberTerms, type SettingTerms, valueFaults, withDefault } from './setting-terms';
export { aboutEuros, type Allowed, allowedOf, type ByCurrency, declaredTerms, fittingSettings, type HasSettings, plainSettingsFaults, settingFor, settingsFaults, undeclaredSettings, unknownSetting, type Settings, type SettingType, type SettingValue } from './settings';
export { ByteWriter } from './byte-writer';
export { SubjectState } from './subject-state';
export { subjectOf } from './trial';
export { MAX_EVENTS } from './timeline';
export { StatePages } from './state-pages';
export { FLAG, RECORD } from './state-record';
export type { SubjectKey } from './subject-key';
export { SubjectTable } from './subject-table';
export { readUuid, UUID_LENGTH, UUID_WORDS, writeUuid } from './uuid-words';

/**
 * Names are read from this object at each use of them elsewhere, the hottest too. As tsc makes it (each name first a value, then a
 * getter) V8 keeps it as a dictionary: 10 ns a look-up. An object that is a prototype of another's it makes quick again: below 1 ns.
 */
Object.create(exports);
