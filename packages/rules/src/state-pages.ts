const PAGE_BYTES = 64 * 1024;
/** Larger blocks have a page of their own: its overhead no longer shows. */
const LARGEST_SHARED = 8 * 1024;
/** Blocks are of whole numbers of it, so that every view of a page can name their places. */
export const BLOCK_STEP = 8;
const INTEGER_BYTES = 4;

/** Blocks of one size in one piece of memory, seen as bytes, words, integers and doubles. */
export class Page {
  readonly bytes: Buffer;
  readonly words: Uint16Array;
  readonly integers: Uint32Array;
  readonly doubles: Float64Array;
  /** First byte of the block that was given back last, plus one; 0: none. Each such block says in its first integer which was before it. */
  private returned = 0;
  /** First byte of what was never taken. */
  private fresh = 0;
  private taken = 0;
  /** Its place among the pages with room; -1: it has none. */
  openAt = -1;

  constructor(
    readonly blockBytes: number,
    readonly blocks: number,
    /** By which StatePages finds it again; 0: not one of its. */
    readonly number = 0,
  ) {
    const memory = new ArrayBuffer(blockBytes * blocks);
    this.bytes = Buffer.from(memory);
    this.words = new Uint16Array(memory);
    this.integers = new Uint32Array(memory);
    this.doubles = new Float64Array(memory);
  }

  get isFull(): boolean {
    return this.taken === this.blocks;
  }

  get isEmpty(): boolean {
    return this.taken === 0;
  }

  /** First byte of a block that is nobody's; call only when the page is not full. Its contents are what its last owner left. */
  take(): number {
    this.taken += 1;
    if (this.returned > 0) {
      const at = this.returned - 1;
      this.returned = this.integers[at / INTEGER_BYTES] as number;
      return at;
    }
    const at = this.fresh;
    this.fresh += this.blockBytes;
    return at;
  }

  give(at: number): void {
    this.taken -= 1;
    this.integers[at / INTEGER_BYTES] = this.returned;
    this.returned = at + 1;
  }
}

/** Where what has no memory yet lies. */
export const NOWHERE = new Page(0, 0);

/**
 * Memory of small states, many to a page: typed arrays of its own cost each subject about 450 bytes and the garbage collector its
 * time. Whoever takes a block gives it back (SubjectState.release).
 */
export class StatePages {
  /** Pages with room, by bytes of a block. */
  private readonly open = new Map<number, Page[]>();
  /** All pages, by their numbers. */
  private readonly pages: Page[] = [NOWHERE];
  private readonly freeNumbers: number[] = [];
  /** Bytes of all pages. */
  bytes = 0;

  /** The page with a number. */
  page(number: number): Page {
    return this.pages[number] as Page;
  }

  /** A page with a free block of `bytes`, a multiple of BLOCK_STEP, which is taken with takeFrom. */
  pageFor(bytes: number): Page {
    if (bytes > LARGEST_SHARED) return this.newPage(bytes, 1);
    const pages = this.pagesOf(bytes);
    const last = pages[pages.length - 1];
    if (last) return last;
    const page = this.newPage(bytes, Math.floor(PAGE_BYTES / bytes));
    page.openAt = pages.length;
    pages.push(page);
    return page;
  }

  private newPage(bytes: number, blocks: number): Page {
    const number = this.freeNumbers.pop() ?? this.pages.length;
    const page = new Page(bytes, blocks, number);
    this.pages[number] = page;
    this.bytes += blocks * bytes;
    return page;
  }

  /** First byte of the block. */
  takeFrom(page: Page): number {
    const at = page.take();
    if (page.isFull && page.openAt >= 0) this.close(page);
    return at;
  }

  give(page: Page, at: number): void {
    page.give(at);
    if (page.isEmpty) {
      if (page.openAt >= 0) this.close(page);
      this.pages[page.number] = NOWHERE;
      this.freeNumbers.push(page.number);
      this.bytes -= page.blocks * page.blockBytes;
    } else if (page.openAt < 0) {
      const pages = this.pagesOf(page.blockBytes);
      page.openAt = pages.length;
      pages.push(page);
    }
  }

  private close(page: Page): void {
    const pages = this.pagesOf(page.blockBytes);
    const last = pages.pop() as Page;
    if (last !== page) {
      pages[page.openAt] = last;
      last.openAt = page.openAt;
    }
    page.openAt = -1;
  }

  private pagesOf(bytes: number): Page[] {
    let pages = this.open.get(bytes);
    if (!pages) this.open.set(bytes, (pages = []));
    return pages;
  }
}

/** A page with a free block of `bytes`: one that others share, or, without `pages`, one of its own. */
export const pageFor = (pages: StatePages | null, bytes: number): Page => (pages ? pages.pageFor(bytes) : new Page(bytes, 1));

/** First byte of a block of the page that `pageFor` gave. */
export const takeFrom = (pages: StatePages | null, page: Page): number => (pages ? pages.takeFrom(page) : page.take());

/** The block is nobody's any more; NOWHERE has none. */
export function giveBack(pages: StatePages | null, page: Page, at: number): void {
  if (page !== NOWHERE) pages?.give(page, at);
}
