export { createRuleLibrary, kindFault, serviceOfDefinition } from './library';
export { textPosition } from './positions';
export { type BonusJob, type TransactionJob, type TryAnswer, type TryJob, tryJob, type VelocityJob } from './try-job';
export { RULE_VOCABULARIES, type Vocabulary } from './vocabulary';
