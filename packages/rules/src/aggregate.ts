import type { NumberField } from './event-fields';
import type { Timeline } from './timeline';

/** Sums of whole numbers are exact: where 2^53 is passed, BigInt takes over, and the result is rounded once. */
export function sumOf(timeline: Timeline, field: NumberField, selected: Int32Array, count: number): number {
  let sum = 0;
  let magnitude = 0;
  for (let at = 0; at < count; at += 1) {
    const value = timeline.number(field, selected[at] as number);
    sum += value;
    magnitude += Math.abs(value);
  }
  return magnitude <= Number.MAX_SAFE_INTEGER || field === 'game_odds' ? sum : Number(exactSum(timeline, field, selected, count));
}

function exactSum(timeline: Timeline, field: NumberField, selected: Int32Array, count: number): bigint {
  let sum = 0n;
  for (let at = 0; at < count; at += 1) sum += BigInt(timeline.number(field, selected[at] as number));
  return sum;
}

export function meanOf(timeline: Timeline, field: NumberField, selected: Int32Array, count: number): number {
  return count === 0 ? Number.NaN : sumOf(timeline, field, selected, count) / count;
}

/** Of the population: sqrt(n * sum(x^2) - sum(x)^2) / n, exact under the root for whole numbers, so no order of arrival can change it. */
export function deviationOf(timeline: Timeline, field: NumberField, selected: Int32Array, count: number): number {
  if (count === 0) return Number.NaN;
  if (field === 'game_odds') return deviationOfFractions(timeline, field, selected, count);
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < count; at += 1) {
    const value = timeline.number(field, selected[at] as number);
    sum += Math.abs(value);
    squares += value * value;
  }
  const fits = count * squares <= Number.MAX_SAFE_INTEGER && sum * sum <= Number.MAX_SAFE_INTEGER;
  const root = fits ? count * squares - sumOf(timeline, field, selected, count) ** 2 : Number(exactSpread(timeline, field, selected, count));
  return Math.sqrt(root) / count;
}

function exactSpread(timeline: Timeline, field: NumberField, selected: Int32Array, count: number): bigint {
  let squares = 0n;
  for (let at = 0; at < count; at += 1) squares += BigInt(timeline.number(field, selected[at] as number)) ** 2n;
  return BigInt(count) * squares - exactSum(timeline, field, selected, count) ** 2n;
}

/** Two passes in the order of time, which is always the same. */
function deviationOfFractions(timeline: Timeline, field: NumberField, selected: Int32Array, count: number): number {
  const mean = meanOf(timeline, field, selected, count);
  let squares = 0;
  for (let at = 0; at < count; at += 1) squares += (timeline.number(field, selected[at] as number) - mean) ** 2;
  return Math.sqrt(squares / count);
}

export function extremeOf(timeline: Timeline, field: NumberField, selected: Int32Array, count: number, sign: 1 | -1): number {
  let extreme = Number.NaN;
  for (let at = 0; at < count; at += 1) {
    const value = timeline.number(field, selected[at] as number);
    if (!(sign * value <= sign * extreme)) extreme = value;
  }
  return extreme;
}

let marks = new Uint32Array(256);
let mark = 0;

export function distinctOf(timeline: Timeline, column: number, selected: Int32Array, count: number): number {
  if (marks.length < timeline.texts.size) marks = new Uint32Array(timeline.texts.size * 2);
  mark = mark === 0xffffffff ? 1 : mark + 1;
  if (mark === 1) marks.fill(0);
  marks[0] = mark;
  let different = 0;
  for (let at = 0; at < count; at += 1) {
    const id = timeline.textId(column, selected[at] as number);
    if (marks[id] !== mark) {
      marks[id] = mark;
      different += 1;
    }
  }
  return different;
}

/** Odds are multiplied from the newest back, as they are selected; an event without odds counts as 1. */
export function oddsProduct(timeline: Timeline, selected: Int32Array, count: number): number {
  let product = 1;
  for (let at = 0; at < count; at += 1) {
    const odds = timeline.number('game_odds', selected[at] as number);
    if (!Number.isNaN(odds)) product *= odds;
  }
  return product;
}
