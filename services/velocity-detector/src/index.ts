export { BUILT_IN_RULES } from './rules';
export { RuleBook, type RuleRecords } from './rule-book';
export { type DeciderDeps, type DetectorObserver } from './stages/decider';
export { eventStage } from './stages/event-stage';
export { signalStage } from './stages/signal-stage';
