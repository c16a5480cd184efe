import { randomOf } from './random-of';

/** The sequences that planted days, rings and loads have rested on from the start. */
test.each([
  [0, [1144304738, 1416247, 958946056]],
  [7, [50271532, 266108690, 4195786334]],
  [4294967295, [3850105811, 813802916, 3073704848]],
  [1795256570052, [1637596484, 2144489030, 1044932596]],
])('the sequence of seed %d is what it was', (seed, expected) => {
  const random = randomOf(seed);
  expect(expected.map(() => random() * 2 ** 32)).toEqual(expected);
});
