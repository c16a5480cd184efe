import type { HandedOn, Place, Progress } from './event-status-rows';

export const DETECTOR = 'velocity-detector';
export const SCORER = 'bonus-scorer';

/**
 * When every rule had seen all of a place, in milliseconds; null while one has not. Of each offset, the bonus scorer must have said that it decided on it, and
 * the detector's first stage, as well as all partitions that it then handed its signals to (decision 0139). Pure.
 */
export function seenAt({ from, to }: Place, told: readonly Progress[], handed: readonly HandedOn[]): number | null {
  const inside = [...told, ...handed.flatMap(({ seen }) => ('since' in seen ? [] : [seen]))];
  // Between two of these offsets nothing changes.
  const starts = new Set([from, ...inside.flatMap((range) => [range.from, range.to + 1]).filter((offset) => offset > from && offset <= to)]);
  let latest = 0;
  for (const offset of starts) {
    const at = seenOneAt(offset, told, handed);
    if (at === Infinity) return null;
    latest = Math.max(latest, at);
  }
  return latest;
}

function seenOneAt(offset: number, told: readonly Progress[], handed: readonly HandedOn[]): number {
  const here = told.filter((range) => holds(range, offset));
  const scored = earliest(here.filter(({ service }) => service === SCORER));
  const detected = here.filter(({ service }) => service === DETECTOR).map((progress) => Math.max(progress.at, ...progress.handedTo.map((partition) => handedOnAt(offset, progress, partition, handed))));
  return Math.max(scored, Math.min(Infinity, ...detected));
}

function handedOnAt(offset: number, { at: since }: Progress, partition: number, handed: readonly HandedOn[]): number {
  return earliest(handed.filter((each) => each.partition === partition && ('since' in each.seen ? each.seen.since === since : holds(each.seen, offset))));
}

const holds = ({ from, to }: { readonly from: number; readonly to: number }, offset: number): boolean => from <= offset && offset <= to;
const earliest = (times: readonly { readonly at: number }[]): number => Math.min(Infinity, ...times.map(({ at }) => at));
