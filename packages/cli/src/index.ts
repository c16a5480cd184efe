export type { Environment } from './command-kit';
export { EXIT, type ExitCode } from './exit-codes';
export { runCli } from './program';
