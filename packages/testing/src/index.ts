export { bettingEvent } from './events';
export { stateStoreSuite } from './state-store-suite';
