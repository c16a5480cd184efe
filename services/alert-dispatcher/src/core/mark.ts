/** What is committed beside a partition's offset: all that a rebuild cannot know once the store has lost the partition. */
export interface Mark {
  /** Milliseconds UTC of the oldest record of which a delivery waits; null when none does. */
  readonly waitingSinceMs: number | null;
  /** While a rebuild is under way: before this offset every record was worked before. */
  readonly workedUntil: number | null;
}

const NOTHING: Mark = { waitingSinceMs: null, workedUntil: null };

/** Undefined when there is nothing to say. */
export function textOfMark({ waitingSinceMs, workedUntil }: Mark): string | undefined {
  return waitingSinceMs === null && workedUntil === null ? undefined : JSON.stringify({ waiting_since: waitingSinceMs, worked_until: workedUntil });
}

/** What another tool has committed says nothing. */
export function markOf(metadata: string | null): Mark {
  try {
    const read = JSON.parse(metadata ?? '') as { waiting_since?: unknown; worked_until?: unknown } | null;
    return { waitingSinceMs: countOrNull(read?.waiting_since), workedUntil: countOrNull(read?.worked_until) };
  } catch {
    return NOTHING;
  }
}

const countOrNull = (value: unknown): number | null => (Number.isSafeInteger(value) && (value as number) >= 0 ? (value as number) : null);
