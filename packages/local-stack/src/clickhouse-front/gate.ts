import { HttpError } from './errors';

/** At most `running` requests in the engine and `waiting` before it; more are refused at once, as ClickHouse does (code 202). */
export class Gate {
  private readonly queue: (() => void)[] = [];
  private active = 0;

  constructor(
    private readonly running: number,
    private readonly waiting: number,
  ) {}

  get load(): { readonly running: number; readonly waiting: number } {
    return { running: this.active, waiting: this.queue.length };
  }

  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.enter();
    try {
      return await work();
    } finally {
      this.leave();
    }
  }

  private enter(): Promise<void> | void {
    if (this.active < this.running) {
      this.active += 1;
      return;
    }
    if (this.queue.length >= this.waiting) throw new HttpError(503, 202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many simultaneous queries.');
    return new Promise((resolve) => this.queue.push(resolve));
  }

  private leave(): void {
    const next = this.queue.shift();
    if (next) next();
    else this.active -= 1;
  }
}
