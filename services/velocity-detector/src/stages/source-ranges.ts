import type { ProcessingProgress } from '@stakewatch/contracts';
import type { Signals } from './signal-bytes';

type SourceRange = ProcessingProgress['sources'][number];

/**
 * What of betting.events.v1 a batch of records of signals has seen all signals of. Each record says so of its own range and needs no other, so that it
 * is true however records were cut, repeated or put in another order; ranges that go on from one record to the next become one.
 */
export class SourceRanges {
  readonly ranges: SourceRange[] = [];
  private readonly newest = new Map<number, SourceRange>();

  add({ sourcePartition: partition, sourceFrom, sourceTo }: Pick<Signals, 'sourcePartition' | 'sourceFrom' | 'sourceTo'>): void {
    const before = this.newest.get(partition);
    if (before && sourceFrom >= before.from_offset && sourceFrom <= before.to_offset + 1) {
      before.to_offset = Math.max(before.to_offset, sourceTo);
      return;
    }
    const range = { partition, from_offset: sourceFrom, to_offset: sourceTo };
    this.newest.set(partition, range);
    this.ranges.push(range);
  }
}
