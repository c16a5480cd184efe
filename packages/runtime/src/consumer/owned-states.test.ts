import { hourOf, isKeptLongEnough } from './owned-states';

const HOUR = hourOf(Date.UTC(2026, 10, 21) * 1_000);

test('how long a state is kept is told with its first append, and once a day after that', () => {
  expect(isKeptLongEnough('append', 0, HOUR)).toBe(false);
  expect(isKeptLongEnough('append', HOUR, HOUR)).toBe(true);
  expect(isKeptLongEnough('append', HOUR - 23, HOUR)).toBe(true);
  expect(isKeptLongEnough('append', HOUR - 24, HOUR)).toBe(false);
});

test('a state that is written whole is told it each time: the store forgets it with the bytes before', () => {
  expect(isKeptLongEnough('set', HOUR, HOUR)).toBe(false);
});
