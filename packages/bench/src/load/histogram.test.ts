import { bucketQuantile, bucketsOf, since } from './histogram';

const page = (counts: readonly number[]) =>
  [
    '# TYPE wait_seconds histogram',
    ...[0.01, 0.1, '+Inf'].map((bound, index) => `wait_seconds_bucket{le="${bound}",service="gateway",topic="t.v1"} ${counts[index]}`),
    'wait_seconds_bucket{le="0.01",service="gateway",topic="other"} 99',
    'wait_seconds_sum{service="gateway",topic="t.v1"} 1',
  ].join('\n');

test('reads one label of a histogram, and what came between two readings', () => {
  const before = bucketsOf(page([1, 2, 2]), 'wait_seconds', 'topic', 't.v1');
  expect(before).toEqual([[0.01, 1], [0.1, 2], [Number.POSITIVE_INFINITY, 2]]);
  expect(since(before, bucketsOf(page([5, 12, 13]), 'wait_seconds', 'topic', 't.v1'))).toEqual([[0.01, 4], [0.1, 10], [Number.POSITIVE_INFINITY, 11]]);
  expect(since([], before)).toEqual(before);
});

test('a quantile lies within its bucket', () => {
  const buckets = [[0.01, 50], [0.1, 100], [Number.POSITIVE_INFINITY, 100]] as const;
  expect(bucketQuantile(buckets, 0.5)).toBeCloseTo(0.01);
  expect(bucketQuantile(buckets, 0.25)).toBeCloseTo(0.005);
  expect(bucketQuantile(buckets, 0.75)).toBeCloseTo(0.055);
  expect(bucketQuantile([[0.01, 0], [Number.POSITIVE_INFINITY, 1]], 0.99)).toBe(0.01);
  expect(() => bucketQuantile([], 0.5)).toThrow(RangeError);
});
