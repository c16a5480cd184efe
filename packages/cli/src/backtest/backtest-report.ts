import type { FoundAlert } from './history-trial';

/** Of an alert that was raised live or in dry run. */
export interface RaisedMark {
  readonly key: string;
  readonly playerId: string;
  /** Microseconds. */
  readonly eventTimestamp: number;
}

interface Count {
  alerts: number;
  raised: number;
}

export type DayCount = Readonly<Count & { day: string }>;
export type PlayerCount = Readonly<Count & { player_id: string }>;

export interface Compared {
  readonly raised: number;
  readonly both: number;
  readonly only_tried: number;
  readonly only_raised: number;
}

/** Players that are counted one by one; what others have is counted together. */
const MAX_PLAYERS = 100_000;
const SHOWN_PLAYERS = 20;
const DAY_MICROS = 86_400_000_000;

/** What a rule found in kept history, beside what was raised under its id. Bounded, however many alerts there are. Pure. */
export class BacktestReport {
  private readonly days = new Map<number, Count>();
  private readonly players = new Map<string, Count>();
  private readonly others: Count = { alerts: 0, raised: 0 };
  private newest: FoundAlert[] = [];
  private found = 0;
  private raised = 0;
  private both = 0;

  /** @param shown how many of the newest alerts are kept to be shown */
  constructor(private readonly shown: number) {}

  /** One part of the subjects, of which no other part has any. */
  add(found: readonly FoundAlert[], raised: readonly RaisedMark[]): void {
    const keys = new Set(raised.map(({ key }) => key));
    for (const alert of found) {
      this.found += 1;
      if (keys.has(alert.key)) this.both += 1;
      for (const count of this.countsOf(alert)) count.alerts += 1;
    }
    this.raised += raised.length;
    for (const mark of raised) for (const count of this.countsOf(mark)) count.raised += 1;
    this.newest = [...this.newest, ...found].sort((a, b) => b.eventTimestamp - a.eventTimestamp || (a.key < b.key ? -1 : 1)).slice(0, this.shown);
  }

  get alerts(): number {
    return this.found;
  }

  get latest(): readonly FoundAlert[] {
    return this.newest;
  }

  get compared(): Compared {
    return { raised: this.raised, both: this.both, only_tried: this.found - this.both, only_raised: this.raised - this.both };
  }

  byDay(): readonly DayCount[] {
    return [...this.days].sort(([a], [b]) => a - b).map(([day, count]) => ({ day: new Date(day * (DAY_MICROS / 1000)).toISOString().slice(0, 10), ...count }));
  }

  /** Those with the most alerts. */
  byPlayer(): readonly PlayerCount[] {
    const most = [...this.players].sort(([a, one], [b, other]) => other.alerts - one.alerts || other.raised - one.raised || (a < b ? -1 : 1));
    return most.slice(0, SHOWN_PLAYERS).map(([player_id, count]) => ({ player_id, ...count }));
  }

  /** How many players have an alert, found or raised; a lower bound when there are more than are counted one by one. */
  get playersWithAlerts(): { readonly players: number; readonly uncounted: Readonly<Count> } {
    return { players: this.players.size, uncounted: this.others };
  }

  private countsOf({ playerId, eventTimestamp }: { playerId: string; eventTimestamp: number }): readonly Count[] {
    const day = Math.floor(eventTimestamp / DAY_MICROS);
    const isKnown = this.players.has(playerId) || this.players.size < MAX_PLAYERS;
    return [countIn(this.days, day), isKnown ? countIn(this.players, playerId) : this.others];
  }
}

function countIn<Key>(counts: Map<Key, Count>, key: Key): Count {
  let count = counts.get(key);
  if (!count) counts.set(key, (count = { alerts: 0, raised: 0 }));
  return count;
}
