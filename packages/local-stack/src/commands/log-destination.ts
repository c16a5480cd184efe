import { appendFileSync } from 'node:fs';
import { rotateIfLarge } from '../supervisor/log-file';

/**
 * The supervisor's own log: few lines, written at once, so that the last one before a crash is there. A line that cannot be
 * written (disk full, folder gone) goes to standard error: keeping the processes matters more than the log.
 */
export function fileDestination(path: string): { write(line: string): void } {
  return {
    write(line) {
      try {
        rotateIfLarge(path);
        appendFileSync(path, line);
      } catch (error) {
        process.stderr.write(`${(error as Error).message}: ${line}`);
      }
    },
  };
}
