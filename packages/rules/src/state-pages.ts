const PAGE_BYTES = 64 * 1024;
/** Larger blocks have a page of their own: its overhead no longer shows. */
const LARGEST_SHARED = 8 * 1024;
/** Blocks are of whole numbers of it, so that every view of a page can name their places. */
export const BLOCK_STEP = 8;

/** Blocks of one size in one piece of memory, seen as bytes, words, integers and doubles. */
export class Page {
  readonly bytes: Buffer;
  readonly words: Uint16Array;
  readonly integers: Uint32Array;
  readonly doubles: Float64Array;
  /** Where the blocks begin that are nobody's. */
  private readonly free: number[] = [];
  /** Its place among the pages with room; -1: it has none. */
  openAt = -1;

  constructor(
    readonly blockBytes: number,
    readonly blocks: number,
  ) {
    const memory = new ArrayBuffer(blockBytes * blocks);
    this.bytes = Buffer.from(memory);
    this.words = new Uint16Array(memory);
    this.integers = new Uint32Array(memory);
    this.doubles = new Float64Array(memory);
    for (let block = blocks - 1; block >= 0; block -= 1) this.free.push(block * blockBytes);
  }

  get isFull(): boolean {
    return this.free.length === 0;
  }

  get isEmpty(): boolean {
    return this.free.length === this.blocks;
  }

  /** First byte of a block that is nobody's; call only when the page is not full. Its contents are what its last owner left. */
  take(): number {
    return this.free.pop() as number;
  }

  give(at: number): void {
    this.free.push(at);
  }
}

/**
 * Memory of small states, many to a page: typed arrays of its own cost each subject about 450 bytes and the garbage collector its
 * time. Whoever takes a block gives it back (SubjectState.release); what nobody has any more is the collector's.
 */
export class StatePages {
  /** Pages with room, by bytes of a block. */
  private readonly open = new Map<number, Page[]>();
  /** Bytes of all shared pages. */
  bytes = 0;

  /** A page with a free block of `bytes`, a multiple of BLOCK_STEP, which is taken with takeFrom. */
  pageFor(bytes: number): Page {
    if (bytes > LARGEST_SHARED) return new Page(bytes, 1);
    const pages = this.pagesOf(bytes);
    const last = pages[pages.length - 1];
    if (last) return last;
    const page = new Page(bytes, Math.floor(PAGE_BYTES / bytes));
    page.openAt = pages.length;
    pages.push(page);
    this.bytes += page.blocks * bytes;
    return page;
  }

  /** First byte of the block. */
  takeFrom(page: Page): number {
    const at = page.take();
    if (page.isFull && page.openAt >= 0) this.close(page);
    return at;
  }

  give(page: Page, at: number): void {
    if (page.blockBytes > LARGEST_SHARED) return;
    page.give(at);
    if (page.isEmpty) {
      if (page.openAt >= 0) this.close(page);
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

/** Where what has no memory yet lies. */
export const NOWHERE = new Page(0, 0);
