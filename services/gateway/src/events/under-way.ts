/** Slots of the table: by the first three digits of a uuid, which are a hash's. */
const SLOTS = 4096;

interface Entry<Item> {
  readonly uuid: string;
  readonly items: Item[];
  /** Another one of the same slot. */
  next: Entry<Item> | null;
}

/**
 * What is under way, by the uuid of its event. Not a Map: where many come and go, V8's Map changes its table every few events, and the
 * table before stays linked to the next one. Once one of these tables has grown old in the heap, every one after it is kept until the next
 * full collection, with all that stood in it: here whole requests, a third of all that single events allocate (docs/performance.md).
 */
export class UnderWay<Item> {
  private readonly slots = new Array<Entry<Item> | null>(SLOTS).fill(null);

  /** True for the first of a uuid. */
  join(uuid: string, item: Item): boolean {
    const slot = slotOf(uuid);
    const first = this.slots[slot] ?? null;
    for (let entry = first; entry !== null; entry = entry.next) {
      if (entry.uuid !== uuid) continue;
      entry.items.push(item);
      return false;
    }
    this.slots[slot] = { uuid, items: [item], next: first };
    return true;
  }

  /** Takes all of a uuid out, in the order they joined. */
  leave(uuid: string): readonly Item[] {
    const slot = slotOf(uuid);
    let before: Entry<Item> | null = null;
    for (let entry = this.slots[slot] ?? null; entry !== null; before = entry, entry = entry.next) {
      if (entry.uuid !== uuid) continue;
      if (before === null) this.slots[slot] = entry.next;
      else before.next = entry.next;
      return entry.items;
    }
    return [];
  }
}

const slotOf = (uuid: string): number => (digit(uuid, 0) << 8) | (digit(uuid, 1) << 4) | digit(uuid, 2);

/** Of a lower-case hex digit; anything else is some number from 0 to 15, too. */
function digit(uuid: string, at: number): number {
  const code = uuid.charCodeAt(at);
  return ((code & 15) + (code >> 6) * 9) & 15;
}
