/** A search through fewer is quicker than a map, and a map per player is dear. */
const INDEX_FROM = 64;

/** Texts of one timeline, each kept once and named by a small number; 0 is "none". */
export class TextTable {
  private readonly texts: string[] = [''];
  /** Of each text: equal texts have equal marks, so that a search touches the texts themselves next to never. */
  private readonly marks: number[] = [0];
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
    const mark = markOf(text);
    const { marks } = this;
    for (let id = marks.length - 1; id > 0; id -= 1) if (marks[id] === mark && this.texts[id] === text) return id;
    return -1;
  }

  add(text: string): number {
    const id = this.texts.length;
    this.texts.push(text);
    this.bytes += 44 + text.length;
    if (this.index) {
      this.index.set(text, id);
      this.bytes += 40;
      return id;
    }
    this.marks.push(markOf(text));
    if (id >= INDEX_FROM) {
      this.index = new Map(this.texts.map((known, at) => [known, at]));
      this.marks.length = 0;
      this.bytes += 40 * id;
    }
    return id;
  }
}

/** Ids of one operator differ at their end. */
function markOf(text: string): number {
  const end = text.length;
  return end | ((text.charCodeAt(end - 1) & 127) << 8) | ((text.charCodeAt(end - 2) & 127) << 15) | ((text.charCodeAt(end - 3) & 127) << 22);
}
