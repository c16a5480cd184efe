/** Bytes of request bodies held at one time; beyond the limit new requests are refused at once (design.md, "What must always hold" 7). */
export class InFlightBytes {
  private held = 0;

  constructor(private readonly limit: number) {}

  get bytes(): number {
    return this.held;
  }

  take(bytes: number): boolean {
    if (this.held + bytes > this.limit) return false;
    this.held += bytes;
    return true;
  }

  give(bytes: number): void {
    this.held -= bytes;
  }
}
