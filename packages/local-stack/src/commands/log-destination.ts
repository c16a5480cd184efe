import { appendFileSync } from 'node:fs';
import { rotateIfLarge } from '../supervisor/log-file';

/** The supervisor's own log: few lines, written at once, so that the last one before a crash is there. */
export function fileDestination(path: string): { write(line: string): void } {
  return {
    write(line) {
      rotateIfLarge(path);
      appendFileSync(path, line);
    },
  };
}
