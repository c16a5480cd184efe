/** What the history says of an event, as its status needs it: ClickHouse's answers, or a test's own. Times are milliseconds. */
export interface EventStatusRows {
  /** @throws when the history does not answer. */
  found(companyScope: string, uuid: string): Promise<readonly Found[]>;
  /** What was put back of those dead records. */
  replaysOf(letters: readonly DeadRecord[]): Promise<readonly Replay[]>;
  /** Ranges of betting.events.v1 that reach into the place, cut to it. */
  progress(place: Place): Promise<readonly Progress[]>;
  /** What the partitions of velocity.signals.v1 have seen of the place, or hold nothing of the event of; `since`: when the first stage decided on it, each time. */
  handedOn(uuid: string, place: Place, partitions: readonly number[], since: readonly number[]): Promise<readonly HandedOn[]>;
  /** Which of those records of bonus.changes.v1 the scorer has decided on after a replay. */
  scoredAgain(letters: readonly DeadRecord[]): Promise<readonly ScoredAgain[]>;
  /** Which services said that they refused what is of the event; it was received at `receivedAt`. */
  refusals(uuid: string, receivedAt: number): Promise<readonly Refusal[]>;
}

/** Offsets of a partition of betting.events.v1, inclusive. */
export interface Place {
  readonly partition: number;
  readonly from: number;
  readonly to: number;
}

/** Where a dead record stood. */
export interface DeadRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
}

export type Found =
  | ({ readonly kind: 'event'; readonly at: number; readonly receivedAt: number } & Place)
  /** About the event's record, or about one that held signals of it. */
  | ({ readonly kind: 'letter'; readonly at: number; readonly reason: string; readonly service: string } & DeadRecord);

/** A dead record that was put back: it stands at `from` or after it, and before `before`, of that partition; `from` null: not said. */
export interface Replay extends DeadRecord {
  readonly into: number;
  readonly from: number | null;
  readonly before: number;
}

/** A service has decided on a range. Worked again after a crash, ranges are cut, and handed on, otherwise: any of them will do. */
export interface Progress {
  readonly service: string;
  readonly from: number;
  readonly to: number;
  readonly at: number;
  /** The detector's: partitions of velocity.signals.v1 that must have seen it as well. */
  readonly handedTo: readonly number[];
}

export interface HandedOn {
  /** Of velocity.signals.v1. */
  readonly partition: number;
  readonly at: number;
  /** What of the place it has seen all of: a range; or what the first stage handed on at `since`, where a stage was of a version that did not say. */
  readonly seen: { readonly from: number; readonly to: number } | { readonly since: number };
}

export interface ScoredAgain extends DeadRecord {
  readonly at: number;
}

/** One of the records at these offsets, inclusive, of the topic's partition: its letter is in the log. */
export interface Refusal extends Place {
  readonly service: string;
  readonly topic: string;
}
