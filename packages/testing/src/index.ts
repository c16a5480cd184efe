export { bettingEvent } from './events';
export { stateStoreSuite } from './state-store-suite';
export { startTestRedis, type TestRedis } from './own-redis';
export { testFolder, type TestFolder } from './test-folder';
export { until } from './until';
export { stackFile } from './stack/local';
export { IMAGES } from './stack/images';
export { type TestStack, testStack } from './stack/provider';
export { type NaiveAlert, naiveAlerts, type NaiveRule } from './naive-evaluator';
