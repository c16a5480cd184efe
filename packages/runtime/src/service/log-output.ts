import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;
const PAUSE_MS = 10;

export interface LogOutput {
  write(line: string): void;
}

/**
 * Lines, each written at once, so that the last one before the process dies is there. A line that cannot be written, because the disk of
 * the log is full, is lost and told to `onLost`: pino's own destination throws the error at whoever logs, and then waits in fatal() for
 * ever for room, with all else of the process. Who reads a pipe slowly is waited for.
 */
export function logOutput(onLost: () => void = () => undefined, file = STANDARD_OUTPUT): LogOutput {
  let cutOff = false;
  return {
    write(line) {
      const bytes = Buffer.from(cutOff ? `\n${line}` : line);
      let written = 0;
      try {
        while (written < bytes.length) written += writeSome(file, bytes, written);
        cutOff = false;
      } catch {
        // A half line ends before the next one.
        cutOff ||= written > 0;
        onLost();
      }
    },
  };
}

/** 0 when a pipe has no room just now. */
function writeSome(file: number, bytes: Buffer, from: number): number {
  try {
    return writeSync(file, bytes, from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    return 0;
  }
}
