/** A Prometheus histogram's cumulative counts by upper bound (seconds; the last is +Inf). */
export type Buckets = readonly (readonly [bound: number, count: number])[];

/** Reads `name`'s buckets with the given label from a metrics page. Empty when nothing was observed yet. */
export function bucketsOf(page: string, name: string, label: string, value: string): Buckets {
  const buckets: [number, number][] = [];
  for (const line of page.split('\n')) {
    if (!line.startsWith(`${name}_bucket{`) || !line.includes(`${label}="${value}"`)) continue;
    const bound = /le="([^"]+)"/.exec(line)?.[1];
    const count = Number(line.slice(line.lastIndexOf(' ') + 1));
    if (bound !== undefined) buckets.push([bound === '+Inf' ? Number.POSITIVE_INFINITY : Number(bound), count]);
  }
  return buckets.sort(([a], [b]) => a - b);
}

/** What was observed between two readings. */
export function since(before: Buckets, after: Buckets): Buckets {
  const known = new Map(before);
  return after.map(([bound, count]) => [bound, count - (known.get(bound) ?? 0)]);
}

/** Estimated as Prometheus does: evenly within the bucket. The last finite bound for what lies beyond it. @throws {RangeError} when nothing was observed. */
export function bucketQuantile(buckets: Buckets, q: number): number {
  const total = buckets.at(-1)?.[1] ?? 0;
  if (total === 0) throw new RangeError('nothing was observed');
  const rank = q * total;
  let from = 0;
  let below = 0;
  for (const [bound, count] of buckets) {
    if (count >= rank) return Number.isFinite(bound) ? from + ((bound - from) * (rank - below)) / Math.max(1, count - below) : from;
    from = bound;
    below = count;
  }
  return from;
}
