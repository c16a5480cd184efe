import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Layout } from './home';

/** More than a full disk would take. */
const TRIAL = Buffer.alloc(64 * 1024);

/** Makes the state folder, and sees that it can be written. @throws {Error} saying what stands in the way, before anything else is done */
export function prepareHome({ home, logs }: Layout): void {
  const trial = join(home, `.trial.${process.pid}`);
  try {
    mkdirSync(logs, { recursive: true });
    try {
      writeFileSync(trial, TRIAL);
    } finally {
      rmSync(trial, { force: true });
    }
  } catch (error) {
    throw new Error(`the state folder ${home} cannot be written (${reasonOf(home, error as Error)}); STAKEWATCH_HOME chooses another`, { cause: error });
  }
}

/** Of a folder that cannot be made in one that is read-only, mkdir says that there is none. */
function reasonOf(path: string, error: Error): string {
  let above = path;
  while (!existsSync(above)) above = dirname(above);
  try {
    accessSync(above, constants.W_OK);
    return error.message;
  } catch (cause) {
    return (cause as Error).message;
  }
}
