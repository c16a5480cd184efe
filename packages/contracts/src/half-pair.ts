const HALF_PAIR = /\p{Cs}/u;

/**
 * Path of the first text with half a surrogate pair, or of what holds a name with one; null for none. ClickHouse reads nothing of a JSON
 * document that has one. `value` nests within bounds.
 */
export function halfPairIn(value: unknown, path = ''): string | null {
  if (typeof value === 'string') return HALF_PAIR.test(value) ? path : null;
  if (typeof value !== 'object' || value === null) return null;
  for (const [name, inner] of Object.entries(value)) {
    const found = HALF_PAIR.test(name) ? path : halfPairIn(inner, path === '' ? name : `${path}.${name}`);
    if (found !== null) return found;
  }
  return null;
}

export const HALF_PAIR_FAULT = 'has half a surrogate pair (\\ud800 to \\udfff by itself)';
