import { readMark, textOfMark as textOf } from '@stakewatch/runtime';

/** What is committed beside a partition's offset: all that a rebuild cannot know once the store has lost the partition. */
export interface Mark {
  /** Milliseconds UTC of the oldest record of which a delivery waits; null when none does. */
  readonly waitingSinceMs: number | null;
  /** While a rebuild is under way: before this offset every record was worked before. */
  readonly workedUntil: number | null;
}

/** Undefined when there is nothing to say. */
export const textOfMark = ({ waitingSinceMs, workedUntil }: Mark): string | undefined => textOf({ waiting_since: waitingSinceMs, worked_until: workedUntil });

/** What another tool has committed says nothing. */
export function markOf(metadata: string | null): Mark {
  const { waiting_since: waitingSinceMs, worked_until: workedUntil } = readMark(metadata, ['waiting_since', 'worked_until']);
  return { waitingSinceMs, workedUntil };
}
