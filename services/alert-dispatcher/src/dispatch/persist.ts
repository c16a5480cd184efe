import { setTimeout as pause } from 'node:timers/promises';
import { LogUnavailable, Retriable } from '@stakewatch/runtime';

const PAUSE_MS = 500;

/**
 * Does `step` until it succeeds; a dependency that is down is waited for. How many wait is
 * bounded by the dispatcher. @throws what `signal` was aborted with, and every error that waiting does not help.
 */
export async function persist<T>(step: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!(error instanceof Retriable || error instanceof LogUnavailable)) throw error;
      signal.throwIfAborted();
      await pause(PAUSE_MS, undefined, { signal });
    }
  }
}
