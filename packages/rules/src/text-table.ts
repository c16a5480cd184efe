/** A search through fewer is quicker than a map, and a map per player is dear. */
const INDEX_FROM = 48;
const POOL_LIMIT = 8_192;
const POOLED_LENGTH = 24;

/**
 * Texts that many subjects share (currencies, countries, operators, games), kept once for all. Which ones they are shows by
 * itself: a text is pooled when it is met, and the pool starts anew when it is full of texts that were not.
 */
let pool = new Map<string, string>();

function pooled(text: string): string {
  if (text.length > POOLED_LENGTH) return text;
  const known = pool.get(text);
  if (known !== undefined) return known;
  if (pool.size >= POOL_LIMIT) pool = new Map();
  pool.set(text, text);
  return text;
}

/** Texts of one timeline, each kept once and named by a small number; 0 is "none". */
export class TextTable {
  private readonly texts: string[] = [''];
  private index: Map<string, number> | null = null;
  /** About what it holds in memory. */
  bytes = 32;

  get size(): number {
    return this.texts.length;
  }

  text(id: number): string {
    return this.texts[id] as string;
  }

  /** -1 when it is not known. */
  find(text: string): number {
    if (text === '') return 0;
    if (this.index) return this.index.get(text) ?? -1;
    const { texts } = this;
    for (let id = texts.length - 1; id > 0; id -= 1) if (texts[id] === text) return id;
    return -1;
  }

  /** `shared`: other subjects most likely have it, too. */
  add(text: string, shared = false): number {
    const id = this.texts.length;
    this.texts.push(shared ? pooled(text) : text);
    this.bytes += shared ? 12 : 36 + text.length;
    if (this.index) {
      this.index.set(text, id);
      this.bytes += 40;
    } else if (id >= INDEX_FROM) {
      this.index = new Map(this.texts.map((known, at) => [known, at]));
      this.bytes += 40 * id;
    }
    return id;
  }
}
