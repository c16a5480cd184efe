import fc from 'fast-check';
import { delayAfter, JITTER_SHARE, jitterOf, longestOf, STANDARD_SCHEDULE } from './schedule';

test('the standard schedule goes over days, and begins at once', () => {
  expect(STANDARD_SCHEDULE.map((ms) => ms / 1_000)).toEqual([0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400]);
  expect(delayAfter(STANDARD_SCHEDULE, 'any', 0)).toBe(0);
  // 75.6 hours, and a fifth of jitter at most: what a rebuild reads again.
  expect(longestOf(STANDARD_SCHEDULE) / 3_600_000).toBeCloseTo(75.6 * 1.2, 1);
});

test('after the last attempt there is none', () => {
  expect(delayAfter(STANDARD_SCHEDULE, 'any', STANDARD_SCHEDULE.length)).toBeNull();
  expect(delayAfter([0], 'any', 1)).toBeNull();
});

test('the delay is the schedule plus at most the jitter share, the same every time it is asked for', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.integer({ min: 1, max: STANDARD_SCHEDULE.length - 1 }), (id, done) => {
      const base = STANDARD_SCHEDULE[done] as number;
      const delay = delayAfter(STANDARD_SCHEDULE, id, done) as number;
      expect(delay).toBeGreaterThanOrEqual(base);
      expect(delay).toBeLessThanOrEqual(base * (1 + JITTER_SHARE));
      expect(delayAfter(STANDARD_SCHEDULE, id, done)).toBe(delay);
    }),
  );
});

test('jitter spreads deliveries that failed together', () => {
  const ids = Array.from({ length: 1_000 }, (_, index) => `delivery-${index}`);
  const values = ids.map((id) => jitterOf(id, 2));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean).toBeGreaterThan(0.45);
  expect(mean).toBeLessThan(0.55);
  expect(new Set(values).size).toBeGreaterThan(990);
  expect(new Set(ids.map((id) => delayAfter(STANDARD_SCHEDULE, id, 4))).size).toBeGreaterThan(990);
});
