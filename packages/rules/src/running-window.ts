import { MICROS_PER_SECOND } from './duration';
import type { FactKind } from './facts';
import type { NumberField } from './event-fields';
import type { Timeline } from './timeline';

/** Kinds whose value follows from the one before when an event comes in at the end or goes out at the beginning. */
const RUNNING: ReadonlySet<FactKind> = new Set(['count', 'sum', 'mean', 'deviation', 'distinct', 'streak', 'timeSince']);

/**
 * The selected events of one window that moves along one timeline, with its sums kept up to date: a row of evaluations costs a
 * step each, not a window each. Gives the very numbers of the aggregates that look at the whole window, or none where it cannot.
 */
export class RunningWindow {
  private positions = new Int32Array(64);
  private head = 0;
  private tail = 0;
  private sum = 0;
  private magnitude = 0;
  private squares = 0;
  private different = 0;
  private counts = new Uint32Array(64);
  /** A sum was over 2^53: what is taken off it again would not give the exact one. */
  private inexact = false;

  private constructor(
    private readonly kind: FactKind,
    private readonly field: NumberField | null,
    private readonly column: number,
  ) {}

  /** Null for facts that have to look at their whole window; sums of fractions would depend on the way there. */
  static for(kind: FactKind, field: NumberField | null, column: number): RunningWindow | null {
    return RUNNING.has(kind) && field !== 'game_odds' ? new RunningWindow(kind, field, column) : null;
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
    this.sum = 0;
    this.magnitude = 0;
    this.squares = 0;
    this.different = 0;
    this.counts.fill(0);
    this.inexact = false;
  }

  push(timeline: Timeline, position: number): void {
    if (this.tail === this.positions.length) this.makeRoom();
    this.positions[this.tail++] = position;
    this.count(timeline, position, 1);
  }

  /** Lets go what lies before `from`. */
  shift(timeline: Timeline, from: number): void {
    while (this.head < this.tail && (this.positions[this.head] as number) < from) this.count(timeline, this.positions[this.head++] as number, -1);
  }

  /** Null where only a look at the whole window is exact. */
  value(timeline: Timeline, index: number): number | null {
    const count = this.tail - this.head;
    switch (this.kind) {
      case 'distinct':
        return this.different;
      case 'timeSince':
        return count === 0 ? Infinity : (timeline.timestamp(index) - timeline.timestamp(this.positions[this.tail - 1] as number)) / MICROS_PER_SECOND;
      case 'sum':
        return this.inexact ? null : this.sum;
      case 'mean':
        return count === 0 ? Number.NaN : this.inexact ? null : this.sum / count;
      case 'deviation':
        return count === 0 ? Number.NaN : this.inexact ? null : Math.sqrt(this.spread(count)) / count;
      default:
        return count;
    }
  }

  /** n * sum(x^2) - sum(x)^2, exact. */
  private spread(count: number): number {
    if (count * this.squares <= Number.MAX_SAFE_INTEGER && this.magnitude * this.magnitude <= Number.MAX_SAFE_INTEGER) return count * this.squares - this.sum ** 2;
    return Number(BigInt(count) * BigInt(this.squares) - BigInt(this.sum) ** 2n);
  }

  private count(timeline: Timeline, position: number, sign: 1 | -1): void {
    if (this.column >= 0) return this.countText(timeline.textId(this.column, position), sign);
    if (this.field === null) return;
    const value = timeline.number(this.field, position);
    this.sum += sign * value;
    this.magnitude += sign * Math.abs(value);
    this.squares += sign * value * value;
    if (this.magnitude > Number.MAX_SAFE_INTEGER || (this.kind === 'deviation' && this.squares > Number.MAX_SAFE_INTEGER)) this.inexact = true;
  }

  private countText(id: number, sign: 1 | -1): void {
    if (id === 0) return;
    if (id >= this.counts.length) {
      const wider = new Uint32Array(id * 2);
      wider.set(this.counts);
      this.counts = wider;
    }
    const before = this.counts[id] as number;
    this.counts[id] = before + sign;
    if (sign === 1 ? before === 0 : before === 1) this.different += sign;
  }

  private makeRoom(): void {
    const kept = this.positions.subarray(this.head, this.tail);
    const next = kept.length * 2 > this.positions.length ? new Int32Array(this.positions.length * 2) : this.positions;
    next.set(kept);
    this.positions = next;
    this.tail = kept.length;
    this.head = 0;
  }
}
