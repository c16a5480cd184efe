export { down } from './commands/down';
export { readStatus, type StackStatus } from './commands/status';
export { up } from './commands/up';
export { type Layout, layoutFrom } from './layout/home';
export { keepCompany, loadOrCreateSecrets, type Secrets } from './layout/secrets';
export { serviceArguments, serviceEnvironment } from './parts/services';
export { portsFrom, type Ports } from './layout/ports';
export * from './sample-day';
