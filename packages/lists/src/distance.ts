/**
 * Letters to insert, remove, change or swap with their neighbour to make `a` of `b` (optimal string alignment); `limit` + 1 as
 * soon as it is more than `limit`. Cost: length x (2 limit + 1).
 */
export function distanceWithin(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  const tooFar = limit + 1;
  if (Math.abs(a.length - b.length) > limit) return tooFar;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const current = new Array<number>(b.length + 1).fill(tooFar);
    if (i <= limit) current[0] = i;
    let best = tooFar;
    for (let j = Math.max(1, i - limit); j <= Math.min(b.length, i + limit); j += 1) {
      const change = (previous[j - 1] as number) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1);
      let cost = Math.min(change, (previous[j] as number) + 1, (current[j - 1] as number) + 1);
      if (i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1)) cost = Math.min(cost, (before[j - 2] as number) + 1);
      current[j] = cost;
      best = Math.min(best, cost);
    }
    // A swap reaches back two rows, so one row beyond the limit is not yet the end.
    if (best > limit && Math.min(...previous) > limit) return tooFar;
    before = previous;
    previous = current;
  }
  return Math.min(previous[b.length] as number, tooFar);
}

/** Every string that `word` becomes by removing up to `count` letters, itself included: two words within distance d share one of these. */
export function deletions(word: string, count: number): ReadonlySet<string> {
  const made = new Set([word]);
  let last = [word];
  for (let removed = 0; removed < count; removed += 1) {
    const next: string[] = [];
    for (const each of last) {
      for (let at = 0; at < each.length; at += 1) {
        const shorter = each.slice(0, at) + each.slice(at + 1);
        if (!made.has(shorter)) {
          made.add(shorter);
          next.push(shorter);
        }
      }
    }
    last = next;
  }
  return made;
}
