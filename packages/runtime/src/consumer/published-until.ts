import type { CommittedOffset, LogBatch } from '../log/port';
import { readMark, textOfMark } from './commit-mark';

const NAME = 'published_until';

/**
 * Up to where what a partition gives is in the log already. An offset is committed after its outputs were published and its states
 * saved, so states that are behind it were lost. They are worked out again in silence: what was published needs no second word, and a
 * rule that came or changed since must not have one about the past (docs/decisions/0151-rebuilt-in-silence.md).
 *
 * Meanwhile offsets are committed that the group had passed. Their metadata says where it was: for who goes on when this owner dies.
 */
export function publishedUntil({ offset, metadata }: CommittedOffset): number {
  return Math.max(offset ?? 0, readMark(metadata, [NAME])[NAME] ?? 0);
}

export const noteOf = (until: number): string | undefined => textOfMark({ [NAME]: until });

/** The batch, cut at `until`: what comes before it and what from it on; null where there is none. */
export function cutAt(batch: LogBatch, until: number): { readonly before: LogBatch | null; readonly from: LogBatch | null } {
  const { records } = batch;
  const first = records.findIndex(({ offset }) => offset >= until);
  if (first === 0) return { before: null, from: batch };
  if (first < 0) return { before: batch, from: null };
  return { before: { ...batch, records: records.slice(0, first) }, from: { ...batch, records: records.slice(first) } };
}
