import { ByteWriter } from './byte-writer';
import type { PackedEvent } from './packed-event';
import { type PublishedAlert, PublishedAlerts } from './published-alerts';
import { readLog, writeAlert, writeAll, writeEvent, writeTexts } from './subject-log';
import { Timeline } from './timeline';
import type { StatePages } from './state-pages';

const writer = new ByteWriter();
const EVENT_BYTES = 80;
const ALERT_BYTES = 180;
/** In memory, about: this object with its parts and what the cache keeps of it; an alert. */
const OBJECT_BYTES = 400;
const ALERT_OBJECT_BYTES = 450;
/** Nothing to store: one for all, never written to. */
const NONE: never[] = [];
/** Of the most subjects; never written to. */
const NO_ALERTS = new PublishedAlerts();

export type SubjectWrite = { readonly op: 'append' | 'set'; readonly bytes: Buffer };

/** Everything kept of one subject: its events and what was published about it, and what of both is not yet stored. */
export class SubjectState {
  readonly timeline: Timeline;
  private published: PublishedAlerts | null = null;
  /** Positions of events that are not yet stored; alerts likewise. */
  private newEvents: number[] = NONE;
  private newAlerts: PublishedAlert[] = NONE;
  private storedTexts = 1;
  private storedBytes = 0;
  private rewrite = false;

  /** What was published of the subject. */
  get alerts(): PublishedAlerts {
    return this.published ?? NO_ALERTS;
  }

  /** With `pages`, its events lie there until release(). */
  constructor(pages: StatePages | null = null) {
    this.timeline = new Timeline(pages);
  }

  /** @throws {RangeError} when the bytes are not a subject's log. */
  static restore(bytes: Buffer | null, pages: StatePages | null = null): SubjectState {
    const state = new SubjectState(pages);
    if (!bytes) return state;
    try {
      readLog(bytes, state.timeline, (alert) => state.keep(alert));
    } catch (error) {
      state.release();
      throw error;
    }
    state.storedBytes = bytes.length;
    state.storedTexts = state.timeline.texts.size;
    return state;
  }

  /** Gives back what is shared; the state is not to be used any more. */
  release(): void {
    this.timeline.release();
  }

  /** Puts a new event in its place; returns its position. */
  insert(event: PackedEvent): number {
    const position = this.timeline.insert(event);
    for (let at = 0; at < this.newEvents.length; at += 1) if ((this.newEvents[at] as number) >= position) (this.newEvents[at] as number) += 1;
    if (this.newEvents.length === 0) this.newEvents = [position];
    else this.newEvents.push(position);
    return position;
  }

  publish(alert: PublishedAlert): void {
    this.keep(alert);
    if (this.newAlerts.length === 0) this.newAlerts = [alert];
    else this.newAlerts.push(alert);
  }

  private keep(alert: PublishedAlert): void {
    this.published ??= new PublishedAlerts();
    this.published.set(alert);
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

  /** What changed since the last call: an append, or the whole anew where events were let go or much of the log is stale. */
  takeWrite(): SubjectWrite | null {
    if (this.newEvents.length === 0 && this.newAlerts.length === 0 && !this.rewrite) return null;
    const live = this.timeline.length * EVENT_BYTES + this.timeline.texts.bytes + this.alerts.size * ALERT_BYTES;
    const whole = this.rewrite || this.storedBytes > 4_096 + 2 * live;
    writer.reset();
    if (whole) writeAll(writer, this.timeline, this.alerts);
    else this.writeNew();
    const bytes = writer.take();
    this.storedBytes = whole ? bytes.length : this.storedBytes + bytes.length;
    this.storedTexts = this.timeline.texts.size;
    this.newEvents = NONE;
    this.newAlerts = NONE;
    this.rewrite = false;
    return { op: whole ? 'set' : 'append', bytes };
  }

  private writeNew(): void {
    writeTexts(writer, this.timeline, this.storedTexts);
    for (const position of this.newEvents) writeEvent(writer, this.timeline, position);
    for (const alert of this.newAlerts) writeAlert(writer, alert);
  }

  /** Bytes in memory, about, with what the cache keeps of it. */
  sizeOf(): number {
    return OBJECT_BYTES + this.timeline.sizeOf() + this.alerts.size * ALERT_OBJECT_BYTES;
  }
}
