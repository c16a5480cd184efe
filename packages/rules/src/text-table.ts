/** A search through fewer is quicker than a map, and a map per player is dear. */
const INDEX_FROM = 48;
const FIRST_ROOM = 12;
/** The table of no texts: only the one that is none. Never written to. */
const NONE = [''];
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
  /** Longer than `size`: room grows by a few, as there are very many tables. */
  private texts: string[] = NONE;
  private index: Map<string, number> | null = null;
  size = 1;
  /** Of texts and index; about what they hold in memory. */
  private held = 0;

  /** About what it holds in memory. */
  get bytes(): number {
    return 80 + this.texts.length * 8 + this.held;
  }

  text(id: number): string {
    return this.texts[id] as string;
  }

  /** -1 when it is not known. */
  find(text: string): number {
    if (text === '') return 0;
    if (this.index) return this.index.get(text) ?? -1;
    const { texts } = this;
    for (let id = this.size - 1; id > 0; id -= 1) if (texts[id] === text) return id;
    return -1;
  }

  /** `shared`: other subjects most likely have it, too. */
  add(text: string, shared = false): number {
    const id = this.size;
    if (id === this.texts.length) this.grow();
    this.texts[id] = shared ? pooled(text) : text;
    this.size += 1;
    this.held += shared ? 0 : 24 + text.length;
    if (this.index) {
      this.index.set(text, id);
      this.held += 40;
    } else if (id >= INDEX_FROM) {
      this.index = new Map();
      for (let at = 0; at <= id; at += 1) this.index.set(this.texts[at] as string, at);
      this.held += 40 * id;
    }
    return id;
  }

  private grow(): void {
    const { texts, size } = this;
    const grown = new Array<string>(size + (size < FIRST_ROOM ? FIRST_ROOM : Math.max(6, size >> 2))).fill('');
    for (let id = 0; id < size; id += 1) grown[id] = texts[id] as string;
    this.texts = grown;
  }
}
