import type { ByteWriter } from './byte-writer';
import type { PackedEvent } from './packed-event';
import { type PublishedAlert, PublishedAlerts } from './published-alerts';
import { readLog, writeAlert, writeAll, writeEvent, writeTexts } from './subject-log';
import type { StatePages } from './state-pages';
import { FLAG, RECORD } from './state-record';
import type { SubjectKey } from './subject-key';
import { Timeline } from './timeline';

const EVENT_BYTES = 80;
const ALERT_BYTES = 180;
/** In memory, about. */
const ALERT_OBJECT_BYTES = 450;
/** Nothing to store: one for all, never written to. */
const NONE: never[] = [];
/** Of the most subjects; never written to. */
const NO_ALERTS = new PublishedAlerts();

/** What a record cannot hold, of the few states that have it. */
export interface Aside {
  readonly published: PublishedAlerts | null;
  readonly newAlerts: PublishedAlert[];
}

/** Everything kept of one subject: its events and what was published about it, and what of both is not yet stored. */
export class SubjectState {
  readonly timeline: Timeline;
  private published: PublishedAlerts | null = null;
  /** How many events are not yet stored: the timeline knows which. */
  private newEvents = 0;
  private newAlerts: PublishedAlert[] = NONE;
  private storedTexts = 1;
  private storedBytes = 0;
  private rewrite = false;

  /** What was published of the subject. */
  get alerts(): PublishedAlerts {
    return this.published ?? NO_ALERTS;
  }

  /** The state that a record (RECORD) says; `aside`: what `store` gave. Until then it must hold nothing of its own. */
  load(words: Int32Array, at: number, aside: Aside | undefined): void {
    this.timeline.load(words, at);
    this.timeline.texts.load(words, at);
    this.published = aside?.published ?? null;
    this.newEvents = words[at + RECORD.newEvents] as number;
    this.newAlerts = aside?.newAlerts ?? NONE;
    this.storedTexts = words[at + RECORD.storedTexts] as number;
    this.storedBytes = words[at + RECORD.storedBytes] as number;
    this.rewrite = ((words[at + RECORD.flags] as number) & FLAG.rewrite) !== 0;
  }

  /** An empty state of a subject; what it was before must have been stored or released. */
  begin({ bytes, length }: SubjectKey): void {
    this.timeline.begin();
    this.timeline.texts.begin(bytes, length);
    this.published = null;
    this.newEvents = 0;
    this.newAlerts = NONE;
    this.storedTexts = 1;
    this.storedBytes = 0;
    this.rewrite = false;
  }

  /** Writes itself into a record; gives what that cannot hold. */
  store(words: Int32Array, at: number): Aside | null {
    this.timeline.store(words, at);
    this.timeline.texts.store(words, at);
    words[at + RECORD.newEvents] = this.newEvents;
    words[at + RECORD.storedTexts] = this.storedTexts;
    words[at + RECORD.storedBytes] = this.storedBytes;
    const flags = (words[at + RECORD.flags] as number) & ~(FLAG.rewrite | FLAG.aside);
    const hasAside = this.published !== null || this.newAlerts.length > 0;
    words[at + RECORD.flags] = flags | (this.rewrite ? FLAG.rewrite : 0) | (hasAside ? FLAG.aside : 0);
    return hasAside ? { published: this.published, newAlerts: this.newAlerts } : null;
  }

  /** With `pages`, its events lie there until release(). */
  constructor(pages: StatePages | null = null) {
    this.timeline = new Timeline(pages);
  }

  /** Takes what is stored into an empty state. @throws {RangeError} when the bytes are not a subject's log: then it is released. */
  read(bytes: Buffer): void {
    try {
      readLog(bytes, this.timeline, (alert) => this.keep(alert));
    } catch (error) {
      this.release();
      throw error;
    }
    this.storedBytes = bytes.length;
    this.storedTexts = this.timeline.texts.size;
  }

  /** Gives back what is shared; the state is not to be used any more. */
  release(): void {
    this.timeline.release();
  }

  /** Puts a new event in its place; returns its position. */
  insert(event: PackedEvent): number {
    const position = this.timeline.insert(event);
    this.timeline.markUnstored(position);
    this.newEvents += 1;
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

  /** Lets go what is over the cap; returns how many events. A timeline that is always at it has no event so old that `prune` finds one. */
  cap(retentionMicros: number): number {
    const dropped = this.timeline.cap();
    if (dropped > 0) this.wasCut(retentionMicros);
    return dropped;
  }

  prune(retentionMicros: number): void {
    if (this.timeline.prune(retentionMicros)) this.wasCut(retentionMicros);
  }

  private wasCut(retentionMicros: number): void {
    this.alerts.prune(this.timeline.newest - retentionMicros);
    this.rewrite = true;
  }

  /**
   * Writes what changed since the last call, and says how it is to be stored: behind what is, or, where events were let go or much of
   * the log is stale, in its place; null: nothing changed.
   */
  takeChange(writer: ByteWriter): 'append' | 'set' | null {
    if (this.newEvents === 0 && this.newAlerts.length === 0 && !this.rewrite) return null;
    const live = this.timeline.length * EVENT_BYTES + this.timeline.texts.bytes + this.alerts.size * ALERT_BYTES;
    const whole = this.rewrite || this.storedBytes > 4_096 + 2 * live;
    const from = writer.end;
    if (whole) this.writeAll(writer);
    else this.writeNew(writer);
    const bytes = writer.end - from;
    this.storedBytes = whole ? bytes : this.storedBytes + bytes;
    this.storedTexts = this.timeline.texts.size;
    this.newEvents = 0;
    this.newAlerts = NONE;
    this.rewrite = false;
    return whole ? 'set' : 'append';
  }

  private writeAll(writer: ByteWriter): void {
    const { timeline } = this;
    writeAll(writer, timeline, this.alerts);
    for (let at = 0; at < timeline.length; at += 1) timeline.markStored(at);
  }

  private writeNew(writer: ByteWriter): void {
    const { timeline } = this;
    writeTexts(writer, timeline, this.storedTexts);
    let first = timeline.length;
    for (let left = this.newEvents; left > 0; ) {
      first -= 1;
      if (timeline.isUnstored(first)) left -= 1;
    }
    for (let at = first; at < timeline.length; at += 1) {
      if (!timeline.isUnstored(at)) continue;
      writeEvent(writer, timeline, at);
      timeline.markStored(at);
    }
    for (const alert of this.newAlerts) writeAlert(writer, alert);
  }

  /** Bytes in memory, about. */
  sizeOf(): number {
    return this.timeline.sizeOf() + this.alerts.size * ALERT_OBJECT_BYTES;
  }
}
