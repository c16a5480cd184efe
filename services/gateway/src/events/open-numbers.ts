const FIRST_ROOM = 1024;

/**
 * Numbers given out from 1 on, of which some are open still: a byte for each from the oldest open one to the newest. Not a Set of the open
 * ones, for its table changes all the time (see UnderWay).
 */
export class OpenNumbers {
  /** A ring, of a power of two: 1 where a number is closed. */
  private closed = new Uint8Array(FIRST_ROOM);
  private low = 1;
  private next = 1;

  /** A new number, open. */
  open(): number {
    if (this.next - this.low === this.closed.length) this.grow();
    const number = this.next++;
    this.closed[this.at(number)] = 0;
    return number;
  }

  /** Closing what is closed changes nothing. */
  close(number: number): void {
    if (number < this.low || number >= this.next) return;
    this.closed[this.at(number)] = 1;
    while (this.low < this.next && this.closed[this.at(this.low)] === 1) this.low += 1;
  }

  /** The oldest that is open; the next to be given out when none is. */
  get oldest(): number {
    return this.low;
  }

  private at(number: number): number {
    return number % this.closed.length;
  }

  private grow(): void {
    const larger = new Uint8Array(this.closed.length * 2);
    for (let number = this.low; number < this.next; number += 1) larger[number % larger.length] = this.closed[this.at(number)] as number;
    this.closed = larger;
  }
}
