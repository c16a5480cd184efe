import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';

/** The command line as it is installed. */
export const STAKEWATCH_BIN = resolve(__dirname, '..', '..', 'cli', 'bin', 'stakewatch.js');

/** Runs `stakewatch <args> --json` and gives what it printed. @throws what execFile does, when it ends with another exit code than 0 */
export async function stakewatch(...args: readonly string[]): Promise<any> {
  const { stdout } = await promisify(execFile)(process.execPath, [STAKEWATCH_BIN, ...args, '--json']);
  return JSON.parse(stdout);
}
