/** Bytes of blocks in work in this process; a block waits until there is room (one always may). */
export class ByteBudget {
  private used = 0;
  private readonly waiting: { bytes: number; enter: () => void }[] = [];

  constructor(private readonly limit: number) {}

  async take(bytes: number): Promise<void> {
    if (this.waiting.length === 0 && this.fits(bytes)) this.used += bytes;
    else await new Promise<void>((enter) => this.waiting.push({ bytes, enter }));
  }

  give(bytes: number): void {
    this.used -= bytes;
    for (let next = this.waiting[0]; next && this.fits(next.bytes); next = this.waiting[0]) {
      this.used += next.bytes;
      this.waiting.shift();
      next.enter();
    }
  }

  private fits(bytes: number): boolean {
    return this.used === 0 || this.used + bytes <= this.limit;
  }
}
