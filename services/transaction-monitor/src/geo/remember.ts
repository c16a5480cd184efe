/** Longer texts are worked out each time: they are no honest ones, and would fill the memory. */
const LONGEST = 200;

/** A pure function of a text that remembers up to `limit` results, and then begins anew. */
export function remember<T>(limit: number, work: (text: string) => T): (text: string) => T {
  const known = new Map<string, T>();
  return (text) => {
    if (known.has(text)) return known.get(text) as T;
    const result = work(text);
    if (text.length > LONGEST) return result;
    if (known.size >= limit) known.clear();
    known.set(text, result);
    return result;
  };
}
