import type { QueueName } from '../queue/port';

/** A partition's queue while this process owns it. */
export class OwnedQueue {
  /** Deliveries being sent, with the token of the lease they are sent under. */
  readonly inFlight = new Map<string, { token: string }>();
  /** Leases and attempts under way. What a lease gives begins before it ends, so that there is no moment between with nothing here. */
  private readonly running = new Set<Promise<void>>();
  private readonly stopping = new AbortController();
  /** False: nothing more is leased. */
  open = true;

  constructor(
    readonly name: QueueName,
    readonly epoch: number,
    /** Next offset to take, as the store has said that it holds it. */
    public nextOffset: number | null,
    /** Resends are also sent to a disabled endpoint. */
    readonly sendsToDisabled: boolean,
  ) {}

  /** Aborted when what is being sent has to be let go. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  track(work: Promise<void>): void {
    this.running.add(work);
    void work.finally(() => this.running.delete(work));
  }

  /** Resolves when nothing is being leased or sent any more, at the latest after `graceMs`: then steps that still wait are let go. */
  async settle(graceMs: number): Promise<void> {
    this.open = false;
    const timer = setTimeout(() => this.stopping.abort(new Error('the partition was let go')), graceMs);
    while (this.running.size > 0) await Promise.all(this.running);
    clearTimeout(timer);
  }
}
