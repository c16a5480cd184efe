/** The known word that was most likely meant; null when none is near. */
export const didYouMean = (word: string, known: Iterable<string>): string | null => nearest(word, known)[0] ?? null;

/** The known words that may have been meant, the nearest first: at most a third of each mistyped (Damerau-Levenshtein), or its beginning. */
export function nearest(word: string, known: Iterable<string>, most = 3): readonly string[] {
  const meant = word.toLowerCase();
  return [...known]
    .map((candidate) => ({ candidate, distance: distanceOf(meant, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length / 3)) || (meant.length >= 3 && candidate.toLowerCase().startsWith(meant)))
    .sort((a, b) => a.distance - b.distance)
    .slice(0, most)
    .map(({ candidate }) => candidate);
}

/** Restricted Damerau-Levenshtein: insert, delete, replace, swap neighbours, each costing one. */
function distanceOf(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let cost = Math.min(at(rows, i - 1, j) + 1, (row[j - 1] as number) + 1, at(rows, i - 1, j - 1) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, at(rows, i - 2, j - 2) + 1);
      row.push(cost);
    }
    rows.push(row);
  }
  return at(rows, a.length, b.length);
}

const at = (rows: readonly (readonly number[])[], i: number, j: number): number => (rows[i] as readonly number[])[j] as number;
