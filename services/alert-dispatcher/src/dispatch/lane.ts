import { isTroubled, type LaneUse } from '../core/admission';
import type { QueueHead } from '../queue/port';
import type { OwnedQueue } from './owned-queue';

/** Longest delay of a timer; after it the lane looks again. */
const TIMER_MAX_MS = 3_600_000;

/** What one endpoint has in this process: its use of sockets, how it answers, and what waits for it in each owned queue. */
export class Lane implements LaneUse {
  inFlight = 0;
  /** Answered, with their record and mark still to come; they hold no slot. */
  settling = 0;
  private failures = 0;
  /** Milliseconds UTC; until then nothing is sent to it. */
  pausedUntilMs = 0;
  /** updatedAt of the record that is being disabled, so that attempts that end together disable it once. */
  disabling: string | null = null;
  /** Since when it fails, of the streak that others are being told of, so that attempts that end together tell it once. */
  tellingOf: number | null = null;
  /** When its last success was told to the health store; 0 once it has failed since. */
  healthyToldAtMs = 0;
  pumping = false;
  pumpAgain = false;
  private readonly heads = new Map<OwnedQueue, QueueHead>();
  private timer: NodeJS.Timeout | undefined;

  constructor(
    readonly endpointId: string,
    /** Lanes that are troubled, of all of the process; a lane adds and removes itself. */
    private readonly troubled: Set<Lane>,
  ) {}

  get consecutiveFailures(): number {
    return this.failures;
  }

  failed(): void {
    this.failures += 1;
    if (isTroubled(this)) this.troubled.add(this);
  }

  /** An answer that was good, or a changed record that deserves a fresh try. */
  recovered(): void {
    this.failures = 0;
    this.troubled.delete(this);
  }

  setHead(queue: OwnedQueue, head: QueueHead): void {
    if (head.dueMs === null) this.heads.delete(queue);
    else this.heads.set(queue, head);
  }

  drop(queue: OwnedQueue): void {
    this.heads.delete(queue);
  }

  countOf(queue: OwnedQueue): number {
    return this.heads.get(queue)?.count ?? 0;
  }

  get pending(): number {
    let sum = 0;
    for (const { count } of this.heads.values()) sum += count;
    return sum;
  }

  get oldestDueMs(): number | null {
    return this.ripest(() => true)?.dueMs ?? null;
  }

  /** The workable queue whose head is due first. */
  ripest(workable: (queue: OwnedQueue) => boolean): { queue: OwnedQueue; dueMs: number } | null {
    let found: { queue: OwnedQueue; dueMs: number } | null = null;
    for (const [queue, { dueMs }] of this.heads) {
      if (dueMs === null || !queue.open || !workable(queue)) continue;
      if (!found || dueMs < found.dueMs) found = { queue, dueMs };
    }
    return found;
  }

  wakeAt(atMs: number, nowMs: number, wake: () => void): void {
    this.sleep();
    this.timer = setTimeout(wake, Math.min(TIMER_MAX_MS, Math.max(0, atMs - nowMs)));
    this.timer.unref();
  }

  /** Stops the clock and leaves the list of troubled lanes. */
  end(): void {
    this.sleep();
    this.troubled.delete(this);
  }

  sleep(): void {
    clearTimeout(this.timer);
  }
}
