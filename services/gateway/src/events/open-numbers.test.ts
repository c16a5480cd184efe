import fc from 'fast-check';
import { OpenNumbers } from './open-numbers';

test('the oldest open number is told, whatever is closed after it', () => {
  const numbers = new OpenNumbers();
  expect([numbers.open(), numbers.open(), numbers.open()]).toEqual([1, 2, 3]);
  numbers.close(2);
  expect(numbers.oldest).toBe(1);
  numbers.close(1);
  expect(numbers.oldest).toBe(3);
  numbers.close(3);
  numbers.close(1);
  expect(numbers.oldest).toBe(4);
});

test('one that stays open while thousands come and go holds the mark, and none is mixed up', () => {
  const numbers = new OpenNumbers();
  const first = numbers.open();
  const others = Array.from({ length: 5_000 }, () => numbers.open());
  for (const number of others) if (number !== 4_000) numbers.close(number);
  expect(numbers.oldest).toBe(first);
  numbers.close(first);
  expect(numbers.oldest).toBe(4_000);
  numbers.close(4_000);
  expect(numbers.oldest).toBe(5_002);
});

test('whatever opens and closes, it is the lowest of a Set of open ones', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 5_000 }), { minLength: 1, maxLength: 4_000 }), (steps) => {
      const numbers = new OpenNumbers();
      const open = new Set<number>();
      for (const step of steps) {
        if (step % 2 === 0) open.add(numbers.open());
        else {
          numbers.close(step);
          open.delete(step);
        }
      }
      const next = numbers.open();
      expect(numbers.oldest).toBe(Math.min(next, ...open));
    }),
  );
});
