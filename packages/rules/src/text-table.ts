/** Texts of one timeline, each kept once and named by a small number; 0 is "none". */
export class TextTable {
  private readonly texts: string[] = [''];
  private index: Map<string, number> | null = null;
  /** About what it holds in memory. */
  bytes = 16;

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
    for (let id = 1; id < this.texts.length; id += 1) if (this.texts[id] === text) return id;
    return -1;
  }

  add(text: string): number {
    const id = this.texts.length;
    this.texts.push(text);
    this.bytes += 32 + text.length;
    if (this.index) {
      this.index.set(text, id);
      this.bytes += 40;
    } else if (id > INDEX_FROM) {
      this.index = new Map(this.texts.map((known, at) => [known, at]));
      this.bytes += 40 * id;
    }
    return id;
  }
}

/** A search through fewer is quicker than a map, and a map per player is dear. */
const INDEX_FROM = 24;
