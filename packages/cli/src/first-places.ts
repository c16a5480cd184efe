import type { Place } from './dead-letter';

/**
 * Of all places that it is offered, in any order and again and again, the first `limit` after `after`, with what was gathered of each;
 * it holds twice as many at most. What it gives is whole: an entry that is let go is beyond all that are given, and stays out.
 */
export class FirstPlaces<Entry extends Place> {
  private readonly entries = new Map<string, Entry>();
  /** Nothing from here on is taken any more. */
  private end: Place | null = null;

  constructor(
    private readonly limit: number,
    private readonly after: Place | null,
  ) {}

  /** How many it holds. */
  get size(): number {
    return this.entries.size;
  }

  get(place: Place): Entry | undefined {
    return this.entries.get(nameOf(place));
  }

  /** The entry of the place, made when it is new; undefined when the place is not among the first. */
  at(place: Place, make: () => Entry): Entry | undefined {
    const known = this.get(place);
    if (known !== undefined) return known;
    if (this.after !== null && order(place, this.after) <= 0) return undefined;
    if (this.end !== null && order(place, this.end) >= 0) return undefined;
    const entry = make();
    this.entries.set(nameOf(place), entry);
    if (this.entries.size > 2 * this.limit + 1) this.cut();
    return this.get(place);
  }

  /** In order; `more` says whether there are places beyond. */
  result(): { readonly entries: readonly Entry[]; readonly more: boolean } {
    this.cut();
    return { entries: [...this.entries.values()].sort(order), more: this.end !== null };
  }

  private cut(): void {
    const beyond = [...this.entries.values()].sort(order).slice(this.limit);
    for (const entry of beyond) this.entries.delete(nameOf(entry));
    this.end = beyond[0] ?? this.end;
  }
}

const order = (a: Place, b: Place): number => a.partition - b.partition || a.offset - b.offset;

export const nameOf = ({ partition, offset }: Place): string => `${partition}/${offset}`;
