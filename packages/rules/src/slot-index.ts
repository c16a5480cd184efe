const FIRST_PLACES = 1_024;
/** Place and its successor: the hash, and the slot plus one; 0: nobody's. */
const PLACE_WORDS = 2;

/** Finds slots by 32-bit hashes: open addressing, at most two thirds full, in one block of memory instead of an object an entry. */
export class SlotIndex {
  private words = new Int32Array(FIRST_PLACES * PLACE_WORDS);
  private mask = FIRST_PLACES - 1;
  size = 0;

  /** The slot with this hash for which `is` holds, or -1. */
  find(hash: number, is: (slot: number) => boolean): number {
    const { words, mask } = this;
    for (let place = hash & mask; ; place = (place + 1) & mask) {
      const slot = (words[place * PLACE_WORDS + 1] as number) - 1;
      if (slot < 0) return -1;
      if (words[place * PLACE_WORDS] === hash && is(slot)) return slot;
    }
  }

  /** Adds a slot that is not there. */
  add(hash: number, slot: number): void {
    if (3 * (this.size + 1) > 2 * (this.mask + 1)) this.grow();
    this.put(hash, slot);
    this.size += 1;
  }

  /** Removes a slot that is there. */
  remove(hash: number, slot: number): void {
    const { words, mask } = this;
    let hole = hash & mask;
    while (words[hole * PLACE_WORDS + 1] !== slot + 1) hole = (hole + 1) & mask;
    // What follows without a gap and would not be found behind one moves up.
    for (let place = (hole + 1) & mask; words[place * PLACE_WORDS + 1] !== 0; place = (place + 1) & mask) {
      const home = (words[place * PLACE_WORDS] as number) & mask;
      if (((place - home) & mask) < ((place - hole) & mask)) continue;
      words[hole * PLACE_WORDS] = words[place * PLACE_WORDS] as number;
      words[hole * PLACE_WORDS + 1] = words[place * PLACE_WORDS + 1] as number;
      hole = place;
    }
    words[hole * PLACE_WORDS + 1] = 0;
    this.size -= 1;
  }

  clear(): void {
    this.words = new Int32Array(FIRST_PLACES * PLACE_WORDS);
    this.mask = FIRST_PLACES - 1;
    this.size = 0;
  }

  private put(hash: number, slot: number): void {
    const { words, mask } = this;
    let place = hash & mask;
    while (words[place * PLACE_WORDS + 1] !== 0) place = (place + 1) & mask;
    words[place * PLACE_WORDS] = hash;
    words[place * PLACE_WORDS + 1] = slot + 1;
  }

  private grow(): void {
    const { words } = this;
    this.words = new Int32Array(words.length * 2);
    this.mask = this.mask * 2 + 1;
    for (let at = 0; at < words.length; at += PLACE_WORDS) if (words[at + 1] !== 0) this.put(words[at] as number, (words[at + 1] as number) - 1);
  }
}
