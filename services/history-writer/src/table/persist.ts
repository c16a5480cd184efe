import { Retriable } from '@stakewatch/runtime';
import { StoreUnavailable } from './store';

const FIRST_PAUSE_MS = 50;
const LAST_PAUSE_MS = 5_000;

/** The partition was let go while a write waited for ClickHouse; what was not written is written by the next owner. */
export class WriteAbandoned extends Error {
  override readonly name = 'WriteAbandoned';
}

/** Tries until it works, as long as the partition is ours: ClickHouse may be down for as long as it likes, the log keeps the records. */
export async function persist<T>(work: () => Promise<T>, signal: AbortSignal, onRetry: (error: Error) => void): Promise<T> {
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(LAST_PAUSE_MS, pause * 2)) {
    if (signal.aborted) throw new WriteAbandoned('the partition was let go');
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StoreUnavailable || error instanceof Retriable || isLogUnavailable(error))) throw error;
      onRetry(error as Error);
      await sleep(pause, signal);
    }
  }
}

function isLogUnavailable(error: unknown): boolean {
  return error instanceof Error && error.name === 'LogUnavailable';
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done, { once: true });
  });
}
