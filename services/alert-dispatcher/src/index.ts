export { forgetDispatcherState } from './rebuild';
export { createEndpointStandings, type EndpointStanding, type EndpointStandings } from './queue/endpoint-standings';
export { safeUrl } from './core/safe-url';
export { STANDARD_SCHEDULE } from './core/schedule';
