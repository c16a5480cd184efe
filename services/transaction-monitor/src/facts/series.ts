import type { Entry } from '../history/entry';

export interface SeriesTolerance {
  /** Part of the amount by which a payment may differ: 0.1 is a tenth. */
  readonly amountTolerance: number;
  /** Part of the interval by which another may differ. */
  readonly intervalTolerance: number;
  /** Payments nearer to each other than this are no series. */
  readonly leastMicros: number;
}

/**
 * How many earlier payments make, with this one, an unbroken series of like amounts at like intervals: 0 when there was none like
 * it, 1 when there was one (any interval is a beginning). Failed and suspicious payments are no part of a series and do not break it.
 */
export function seriesLength(earlier: readonly Entry[], current: Entry, { amountTolerance, intervalTolerance, leastMicros }: SeriesTolerance): number {
  const near = (amount: number) => Math.abs(amount - current.amountMinor) <= amountTolerance * current.amountMinor;
  const times = earlier
    .filter((entry) => entry.currency === current.currency && !entry.suspicious && (entry.status === 'completed' || entry.status === 'pending') && near(entry.amountMinor))
    .map(({ time }) => time)
    .sort((a, b) => a - b);
  const last = times.at(-1);
  if (last === undefined) return 0;
  const interval = current.time - last;
  if (interval < leastMicros) return 0;
  let length = 1;
  for (let at = times.length - 1; at > 0; at -= 1) {
    const other = (times[at] as number) - (times[at - 1] as number);
    if (Math.abs(other - interval) > intervalTolerance * interval) break;
    length += 1;
  }
  return length;
}
