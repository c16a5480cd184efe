import { distanceWithin } from './distance';

/** Five letters bear one that differs: "Li" and "Lu" are other people, "Jonathan" and "Jonathon" may be the same. */
const LETTERS_PER_DIFFERENCE = 5;

/** How many letters may differ between a name of these words and another, given what its entry allows. */
export function allowedDistance(words: readonly string[], asked: number): number {
  const letters = words.reduce((sum, word) => sum + word.length, 0);
  return Math.min(asked, Math.floor(letters / LETTERS_PER_DIFFERENCE));
}

/**
 * Letters that differ between two names, word by word in the best pairing; `limit` + 1 when more than `limit`. A single letter
 * (an initial) that has no partner counts as one; any other word without partner makes them different names.
 */
export function nameDistance(a: readonly string[], b: readonly string[], limit: number): number {
  return pairUp(a, b, 0, 0, limit);
}

/** Pairs a[at] with each free word of `b` in turn; names have few words, and the limit cuts nearly all branches. */
function pairUp(a: readonly string[], b: readonly string[], at: number, taken: number, limit: number): number {
  const tooFar = limit + 1;
  if (limit < 0) return 0;
  if (at === a.length) {
    let left = 0;
    for (let j = 0; j < b.length; j += 1) {
      if ((taken >> j) & 1) continue;
      if ((b[j] as string).length > 1) return tooFar;
      left += 1;
    }
    return Math.min(left, tooFar);
  }
  const word = a[at] as string;
  let best = tooFar;
  for (let j = 0; j < b.length && best > 0; j += 1) {
    if ((taken >> j) & 1) continue;
    const cost = distanceWithin(word, b[j] as string, Math.min(limit, best - 1));
    if (cost >= best) continue;
    best = Math.min(best, cost + pairUp(a, b, at + 1, taken | (1 << j), Math.min(limit, best - 1) - cost));
  }
  if (word.length === 1 && best > 1) best = Math.min(best, 1 + pairUp(a, b, at + 1, taken, limit - 1));
  return Math.min(best, tooFar);
}
