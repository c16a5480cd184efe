import type { Entry } from '../history/entry';
import { seriesLength } from './series';

const DAY = 86_400_000_000;
const paid = (day: number, changes: Partial<Entry> = {}): Entry => ({
  time: day * DAY, amountMinor: 1_000, currency: 'USD', direction: 'out', status: 'completed', suspicious: false, country: '', lat: null, lon: null, counterpart: 2n, customer: 3n, name: 4n, ip: 5n, ...changes,
});
const TOLERANCE = { amountTolerance: 0.1, intervalTolerance: 0.2, leastMicros: DAY };
const length = (earlier: readonly Entry[], current: Entry) => seriesLength(earlier, current, TOLERANCE);

test('payments of like amounts at like intervals are a series, in whatever order they are kept', () => {
  expect(length([], paid(30))).toBe(0);
  expect(length([paid(0)], paid(7))).toBe(1);
  expect(length([paid(0), paid(7), paid(14)], paid(21))).toBe(3);
  expect(length([paid(14), paid(0), paid(7)], paid(21))).toBe(3);
});

test('it goes back to where the interval was another, within its tolerance', () => {
  expect(length([paid(0), paid(20), paid(27), paid(34)], paid(41))).toBe(3);
  expect(length([paid(0), paid(8), paid(15)], paid(22))).toBe(3);
  expect(length([paid(0), paid(9), paid(16)], paid(23))).toBe(2);
});

test('amounts may differ by their tolerance, and not by more', () => {
  expect(length([paid(0, { amountMinor: 900 }), paid(7, { amountMinor: 1_100 })], paid(14))).toBe(2);
  expect(length([paid(0, { amountMinor: 899 }), paid(7, { amountMinor: 1_101 })], paid(14))).toBe(0);
});

test('payments too near to each other are none', () => {
  expect(length([paid(0)], paid(1))).toBe(1);
  expect(length([paid(0)], paid(0.99))).toBe(0);
});

test.each<[string, Partial<Entry>, number]>([
  ['failed', { status: 'failed' }, 2],
  ['suspicious', { suspicious: true }, 2],
  ['in another currency', { currency: 'XOF' }, 2],
  ['pending', { status: 'pending' }, 1],
])('one between that is %s', (_what, changes, expected) => {
  expect(length([paid(0), paid(7), paid(10, changes)], paid(14))).toBe(expected);
});
