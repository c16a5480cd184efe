export { forgetDispatcherState } from './rebuild';
export { STANDARD_SCHEDULE } from './core/schedule';
