/** Figures of repeated rounds: the median is quoted, minimum and maximum show the noise. */
export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** @throws {RangeError} for no values. */
export function spreadOf(values: readonly number[]): Spread {
  if (values.length === 0) throw new RangeError('no values');
  const sorted = [...values].sort((a, b) => a - b);
  return { min: sorted[0] as number, median: quantile(sorted, 0.5), max: sorted.at(-1) as number };
}

/** Round by round, so that a machine whose speed drifts shifts both sides alike. */
export function ratiosOf(ours: readonly number[], limit: readonly number[]): Spread {
  if (ours.length !== limit.length) throw new RangeError('rounds differ');
  return spreadOf(ours.map((value, round) => value / (limit[round] as number)));
}

/** Nearest-rank quantile of sorted values, the mean of the middle two for a median of an even count. */
export function quantile(sorted: readonly number[], q: number): number {
  if (sorted.length === 0) throw new RangeError('no values');
  if (q === 0.5 && sorted.length % 2 === 0) {
    const right = sorted.length / 2;
    return ((sorted[right - 1] as number) + (sorted[right] as number)) / 2;
  }
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] as number;
}
