import { quantile, ratiosOf, spreadOf } from './statistics';

test('a spread is minimum, median and maximum', () => {
  expect(spreadOf([3, 1, 2])).toEqual({ min: 1, median: 2, max: 3 });
  expect(spreadOf([4, 1, 2, 3])).toEqual({ min: 1, median: 2.5, max: 4 });
});

test('ratios are taken round by round', () => {
  expect(ratiosOf([1, 4], [2, 4])).toEqual({ min: 0.5, median: 0.75, max: 1 });
  expect(() => ratiosOf([1], [1, 2])).toThrow(RangeError);
});

test('a high quantile is one of the values', () => {
  const values = Array.from({ length: 100 }, (_, index) => index + 1);
  expect(quantile(values, 0.99)).toBe(99);
  expect(quantile([7], 0.99)).toBe(7);
});
