export { bettingEvent } from './events';
export { stateStoreSuite } from './state-store-suite';
export { naiveAlerts, type NaiveAlert, type NaiveRule } from './naive-evaluator';
export { stackFile } from './stack/local';
export { type TestStack, testStack } from './stack/provider';
export { type NaiveAlert, naiveAlerts, type NaiveRule } from './naive-evaluator';
