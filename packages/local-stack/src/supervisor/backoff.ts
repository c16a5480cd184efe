/** How long to wait before a process that ended is started again. Never gives up: the wait grows to a cap and stays there. */
const FIRST_MS = 250;
const CAP_MS = 5_000;
/** A process that was ready for this long is taken as sound: its next end starts from no wait at all. */
const SOUND_AFTER_MS = 10_000;

/** Milliseconds before the restart that follows `failures` ends in a row (1 for the first): 0, 250, 500, … 5000. */
export function restartDelay(failures: number): number {
  if (failures <= 1) return 0;
  return Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(failures - 2, 16));
}

/** Ends in a row after one more, given how long the process had been ready (null: it never was). */
export function failuresAfter(failures: number, readyForMs: number | null): number {
  return readyForMs !== null && readyForMs >= SOUND_AFTER_MS ? 1 : failures + 1;
}
