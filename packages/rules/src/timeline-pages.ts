/** Doubles and 16-bit words of one event. */
export const ROW_NUMBERS = 5;
export const ROW_WORDS = 22;
export const ROW_BYTES = ROW_NUMBERS * 8 + ROW_WORDS * 2;

/** Blocks of more rows have arrays of their own: their overhead no longer shows. */
const LARGEST_SHARED = 96;
const PAGE_BYTES = 32 * 1024;

/** Some blocks of one size in two arrays. Block b of c rows begins at number b * c * ROW_NUMBERS and word b * c * ROW_WORDS. */
export class Page {
  readonly numbers: Float64Array;
  readonly words: Uint16Array;
  private readonly free: number[] = [];

  constructor(
    readonly rows: number,
    readonly blocks: number,
  ) {
    this.numbers = new Float64Array(blocks * rows * ROW_NUMBERS);
    this.words = new Uint16Array(blocks * rows * ROW_WORDS);
    for (let block = blocks - 1; block >= 0; block -= 1) this.free.push(block);
  }

  get isFull(): boolean {
    return this.free.length === 0;
  }

  get isEmpty(): boolean {
    return this.free.length === this.blocks;
  }

  /** Number of a block that is nobody's; call only when the page is not full. Its contents are what its last owner left. */
  take(): number {
    return this.free.pop() as number;
  }

  give(block: number): void {
    this.free.push(block);
  }
}

/**
 * Rows of small timelines, many to an array: typed arrays of its own cost each subject about 450 bytes and the garbage collector
 * its time. Whoever takes a block gives it back (Timeline.release); what nobody has any more is the collector's.
 */
export class TimelinePages {
  /** Pages with room, by rows of a block. */
  private readonly open = new Map<number, Set<Page>>();
  /** Bytes of all shared pages. */
  bytes = 0;

  take(rows: number): { readonly page: Page; readonly block: number } {
    if (rows > LARGEST_SHARED) return ownBlock(rows);
    const pages = this.pagesOf(rows);
    let [page] = pages;
    if (!page) {
      page = new Page(rows, Math.max(1, Math.floor(PAGE_BYTES / (rows * ROW_BYTES))));
      pages.add(page);
      this.bytes += page.blocks * rows * ROW_BYTES;
    }
    const block = page.take();
    if (page.isFull) pages.delete(page);
    return { page, block };
  }

  give(page: Page, block: number): void {
    if (page.rows > LARGEST_SHARED) return;
    const pages = this.pagesOf(page.rows);
    page.give(block);
    if (page.isEmpty) {
      pages.delete(page);
      this.bytes -= page.blocks * page.rows * ROW_BYTES;
    } else pages.add(page);
  }

  private pagesOf(rows: number): Set<Page> {
    let pages = this.open.get(rows);
    if (!pages) this.open.set(rows, (pages = new Set()));
    return pages;
  }
}

/** A block in arrays that are its own. */
export function ownBlock(rows: number): { readonly page: Page; readonly block: number } {
  const page = new Page(rows, 1);
  return { page, block: page.take() };
}
