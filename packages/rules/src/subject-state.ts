import { ByteWriter } from './byte-writer';
import type { RuleEvent } from './event-fields';
import { type PublishedAlert, PublishedAlerts } from './published-alerts';
import { readLog, writeAlert, writeAll, writeEvent } from './subject-log';
import { Timeline } from './timeline';

const writer = new ByteWriter();
const EVENT_BYTES = 80;
const ALERT_BYTES = 180;

export type SubjectWrite = { readonly op: 'append' | 'set'; readonly bytes: Buffer };

/** Everything kept of one subject: its events and what was published about it, and what of both is not yet stored. */
export class SubjectState {
  readonly timeline = new Timeline();
  readonly alerts = new PublishedAlerts();
  private pending: Buffer[] = [];
  private storedBytes = 0;
  private rewrite = false;

  /** @throws {RangeError} when the bytes are not a subject's log. */
  static restore(bytes: Buffer | null): SubjectState {
    const state = new SubjectState();
    if (bytes) {
      readLog(bytes, state.timeline, state.alerts);
      state.storedBytes = bytes.length;
    }
    return state;
  }

  /** Puts a new event in its place; returns its position. */
  insert(event: RuleEvent, uuid: Int32Array): number {
    const known = this.timeline.texts.size;
    const position = this.timeline.insert(event, uuid);
    writeEvent(writer.reset(), this.timeline, position, known);
    this.pending.push(writer.take());
    return position;
  }

  publish(alert: PublishedAlert): void {
    this.alerts.set(alert);
    writeAlert(writer.reset(), alert);
    this.pending.push(writer.take());
  }

  /** Lets go what is over the cap; returns how many events. */
  cap(): number {
    const dropped = this.timeline.cap();
    if (dropped > 0) this.rewrite = true;
    return dropped;
  }

  prune(retentionMicros: number): void {
    if (!this.timeline.prune(retentionMicros)) return;
    this.alerts.prune(this.timeline.newest - retentionMicros);
    this.rewrite = true;
  }

  /** What changed since the last call: an append, or the whole anew once much of the log is stale. */
  takeWrite(): SubjectWrite | null {
    if (this.pending.length === 0 && !this.rewrite) return null;
    const pendingBytes = this.pending.reduce((sum, bytes) => sum + bytes.length, 0);
    const live = this.timeline.length * EVENT_BYTES + this.timeline.texts.bytes + this.alerts.size * ALERT_BYTES;
    const stale = this.storedBytes + pendingBytes > 4_096 + 2 * live;
    const write = this.rewrite || stale ? this.whole() : ({ op: 'append', bytes: this.pending.length === 1 ? (this.pending[0] as Buffer) : Buffer.concat(this.pending) } as const);
    this.storedBytes = write.op === 'set' ? write.bytes.length : this.storedBytes + pendingBytes;
    this.pending = [];
    this.rewrite = false;
    return write;
  }

  private whole(): SubjectWrite {
    writeAll(writer.reset(), this.timeline, this.alerts);
    return { op: 'set', bytes: writer.take() };
  }

  /** Bytes in memory, about. */
  sizeOf(): number {
    return 320 + this.timeline.sizeOf() + this.alerts.size * 450;
  }
}
