/**
 * Says for sure when an identity was never seen (a split-block Bloom filter: one cache line a key, no false negative). What it may
 * have seen is asked of ClickHouse, so a filter that is too full costs time, never a row. Fixed size.
 * Source: Parquet format, "Split Block Bloom Filters". At 12 bits a key about 1 key in 500 is asked for in vain.
 */
export class IdentityFilter {
  private readonly words: Uint32Array;
  private readonly blocks: number;
  /** Keys added that were not there. */
  size = 0;

  constructor(bytes: number) {
    this.blocks = Math.max(1, Math.floor(bytes / 32));
    this.words = new Uint32Array(this.blocks * 8);
  }

  /** Adds the key. @returns true when it was certainly not there. Two words of 32 random bits make a key. */
  add(high: number, low: number): boolean {
    const block = Math.floor((high >>> 0) * 2.3283064365386963e-10 * this.blocks) * 8;
    let fresh = false;
    for (let i = 0; i < 8; i += 1) {
      const bit = 1 << (Math.imul(low, SALT[i] as number) >>> 27);
      const word = this.words[block + i] as number;
      if ((word & bit) === 0) {
        fresh = true;
        this.words[block + i] = word | bit;
      }
    }
    if (fresh) this.size += 1;
    return fresh;
  }
}

const SALT = [0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31];
